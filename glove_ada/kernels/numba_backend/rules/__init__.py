"""The rules of training, a module for each: the counterparts of `native/headers/rules`."""
