# SPDX-License-Identifier: Apache-2.0
# The console's web application as a library: ml_console_web holds every file that is served, and its table (console/assets.h).
# The npm packages are installed in the build folder, so that builds do not meet in the source tree.

find_program(ML_NPM npm REQUIRED)
find_program(ML_NODE node REQUIRED)
find_program(ML_GZIP gzip REQUIRED)

set(ml_web ${CMAKE_CURRENT_LIST_DIR})
set(ml_web_out ${CMAKE_BINARY_DIR}/console_web)
file(GLOB ml_web_files CONFIGURE_DEPENDS ${ml_web}/*.html ${ml_web}/*.css ${ml_web}/*.svg ${ml_web}/*.js ${ml_web}/ui/*.js
     ${ml_web}/pages/*.js ${ml_web}/words/*.json)

add_custom_command(
  OUTPUT ${ml_web_out}/installed
  COMMAND ${CMAKE_COMMAND} -E make_directory ${ml_web_out}
  COMMAND ${CMAKE_COMMAND} -E copy ${ml_web}/package.json ${ml_web}/package-lock.json ${ml_web_out}
  COMMAND ${ML_NPM} ci --ignore-scripts --no-fund --no-audit --loglevel=error --prefix ${ml_web_out}
  COMMAND ${CMAKE_COMMAND} -E touch ${ml_web_out}/installed
  DEPENDS ${ml_web}/package.json ${ml_web}/package-lock.json
  COMMENT "Installing the packages of the console's pages"
  VERBATIM)

add_custom_command(
  OUTPUT ${ml_web_out}/assets/assets_table.c
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${ml_web_out}/assets
  COMMAND ${ML_NODE} ${ml_web}/embed.mjs ${ml_web_out}/assets ${ml_web_out}/node_modules
  DEPENDS ${ml_web_files} ${ml_web}/embed.mjs ${ml_web_out}/installed
  COMMENT "Embedding the console's pages"
  VERBATIM)

add_library(ml_console_web STATIC ${ml_web_out}/assets/assets_table.c)
target_include_directories(ml_console_web PUBLIC ${CMAKE_SOURCE_DIR}/gateway)
