// What ThreadSanitizer does in every program of its build (CMakeLists.txt links this one in).

extern "C" {

/// A race ends the process, so that no test passes over it.
const char* __tsan_default_options() {
    return "halt_on_error=1";
}

/// libpqxx is not instrumented: the guards of its function-local tables go unseen, and each reader looks like a race.
const char* __tsan_default_suppressions() {
    return "called_from_lib:libpqxx\n";
}
}
