# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# What `cmake --install` puts down: the library, its components and their headers, the CMake package with our FindCAF, the
# pkg-config files.
# apps/ installs the command itself.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/sweet")
install(TARGETS sweet EXPORT sweetTargets FILE_SET HEADERS)
install(EXPORT sweetTargets NAMESPACE sweet:: DESTINATION "${package_dir}")
# A component has targets of its own, which find_package() makes when it is asked for.
get_property(components GLOBAL PROPERTY SWEET_COMPONENTS)
foreach(component IN LISTS components)
  install(TARGETS sweet_${component} EXPORT sweet_${component}Targets FILE_SET HEADERS)
  install(EXPORT sweet_${component}Targets NAMESPACE sweet:: DESTINATION "${package_dir}")
endforeach()

configure_package_config_file(cmake/sweetConfig.cmake.in "${PROJECT_BINARY_DIR}/sweetConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/sweetConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/sweetConfig.cmake"
  "${PROJECT_BINARY_DIR}/sweetConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/sweet_compiler_check.cmake"
  DESTINATION "${package_dir}")

# Relative, so that an installed tree can be moved; Debian's own library folder lies two levels deep.
file(RELATIVE_PATH SWEET_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
list(TRANSFORM components PREPEND sweet- OUTPUT_VARIABLE pkg_config_files)
foreach(pc IN ITEMS sweet LISTS pkg_config_files)
  configure_file(cmake/${pc}.pc.in "${PROJECT_BINARY_DIR}/${pc}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${pc}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
