"""The gateway tab: what the local gateway answered, who answers for whom, how it is set, how it is used."""
