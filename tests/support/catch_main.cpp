#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// libpqxx 6.4 loses the result of a statement whose connection broke under it: it asks for the connection's encoding,
// which throws, before anybody owns the result. One small result for each broken connection; not ours to mend.
// SoftHSM 2.6.1 loses a few bytes of every signing key.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpqxx-6.4\nleak:libpq.so\nleak:libsofthsm2.so\n";
}
