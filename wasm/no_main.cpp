// The module has no main: its functions are those of the library.
