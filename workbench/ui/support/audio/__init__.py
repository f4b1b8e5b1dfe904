"""Sound with QtMultimedia, for the services that ask. Imported late: the library takes 20 ms and is not needed to start."""

from PySide6.QtCore import QLoggingCategory

# It tells the terminal of every file what is in it, and on each start which system libraries it did without.
# QT_LOGGING_RULES brings it back.
QLoggingCategory.setFilterRules("qt.multimedia.*=false")
