# What `find_package(pairing)` reads. Defines pairing::pairing, the shared library, and
# pairing::static, each if it is installed. Everything is looked for relative to this file, so an
# installation can be moved.

if(CMAKE_VERSION VERSION_LESS 3.21)
    set(pairing_FOUND FALSE)
    set(pairing_NOT_FOUND_MESSAGE "pairing needs CMake 3.21")
    return()
endif()

include(CMakeFindDependencyMacro)
find_dependency(Threads)

# From <prefix>/share/cmake/pairing.
get_filename_component(_pairing_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(_pairing_places
    "${_pairing_prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}"
    "${_pairing_prefix}/lib"
    "${_pairing_prefix}/lib64")

find_path(_pairing_include pairing.h
    PATHS "${_pairing_prefix}/include" NO_DEFAULT_PATH NO_CACHE)
# By whole file names: the two libraries differ in nothing but their endings.
find_library(_pairing_shared
    NAMES libpairing.so libpairing.dylib pairing.dll.lib libpairing.dll.a
    PATHS ${_pairing_places} NO_DEFAULT_PATH NO_CACHE)
find_library(_pairing_static
    NAMES libpairing.a pairing.lib
    PATHS ${_pairing_places} NO_DEFAULT_PATH NO_CACHE)

if(NOT _pairing_include OR NOT (_pairing_shared OR _pairing_static))
    set(pairing_FOUND FALSE)
    set(pairing_NOT_FOUND_MESSAGE "the header or the library is not below ${_pairing_prefix}")
    return()
endif()

if(_pairing_shared AND NOT TARGET pairing::pairing)
    add_library(pairing::pairing SHARED IMPORTED)
    set_target_properties(pairing::pairing PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${_pairing_include}")
    if(WIN32)
        find_file(_pairing_dll NAMES pairing.dll libpairing.dll
            PATHS "${_pairing_prefix}/bin" NO_DEFAULT_PATH NO_CACHE)
        set_target_properties(pairing::pairing PROPERTIES
            IMPORTED_IMPLIB "${_pairing_shared}" IMPORTED_LOCATION "${_pairing_dll}")
    else()
        set_target_properties(pairing::pairing PROPERTIES IMPORTED_LOCATION "${_pairing_shared}")
    endif()
endif()

if(_pairing_static AND NOT TARGET pairing::static)
    # What the static library leaves to the program, which differs from system to system.
    set(_pairing_system_libraries Threads::Threads)
    if(WIN32)
        list(APPEND _pairing_system_libraries advapi32 bcrypt kernel32 ntdll userenv ws2_32)
    else()
        list(APPEND _pairing_system_libraries ${CMAKE_DL_LIBS} m)
    endif()
    add_library(pairing::static STATIC IMPORTED)
    set_target_properties(pairing::static PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${_pairing_include}"
        INTERFACE_LINK_LIBRARIES "${_pairing_system_libraries}"
        IMPORTED_LOCATION "${_pairing_static}")
endif()

unset(_pairing_prefix)
unset(_pairing_places)
unset(_pairing_system_libraries)
