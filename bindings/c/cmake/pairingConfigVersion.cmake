# Which versions `find_package(pairing <version>)` accepts: read from the installed header, so
# that the number is written down in one place. Before 1.0 a new minor version may break.

file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../../../include/pairing.h" _pairing_line
    REGEX "^#define PAIRING_VERSION_STRING ")
string(REGEX REPLACE "^.*\"(.*)\".*$" "\\1" PACKAGE_VERSION "${_pairing_line}")
string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" _pairing_compatible "${PACKAGE_VERSION}")

set(PACKAGE_VERSION_COMPATIBLE FALSE)
set(PACKAGE_VERSION_EXACT FALSE)
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
elseif(PACKAGE_FIND_VERSION VERSION_LESS PACKAGE_VERSION
        AND "${PACKAGE_FIND_VERSION}." MATCHES "^${_pairing_compatible}\\.")
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()

unset(_pairing_line)
unset(_pairing_compatible)
