# What `cmake --install` puts below the prefix. makeshift seeks its tools where this puts them.
set(packages ${PROJECT_SOURCE_DIR}/scripts/packages)
configure_file(docs/makeshift.1 ${PROJECT_BINARY_DIR}/installed/makeshift.1 @ONLY)

install(TARGETS makeshift RUNTIME DESTINATION bin)
install(TARGETS makeshift-tools RUNTIME DESTINATION libexec/makeshift)
install(FILES ${PROJECT_BINARY_DIR}/installed/makeshift.1 DESTINATION share/man/man1)
install(
  FILES ${packages}/completions/makeshift.bash
  DESTINATION share/bash-completion/completions
  RENAME makeshift)
install(FILES ${packages}/completions/_makeshift DESTINATION share/zsh/site-functions)
install(FILES ${packages}/completions/makeshift.fish DESTINATION share/fish/vendor_completions.d)

# The unit names the program by its path, which is known when it is installed.
install(
  CODE "set(unit ${packages}/makeshift.service.in)
        set(to lib/systemd/system/makeshift.service)"
  CODE [[
    configure_file(${unit} $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${to} @ONLY)
    message(STATUS "Installing: $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${to}")]])
