"""`workbench route`: routes from the terminal, one module for each thing to do."""
