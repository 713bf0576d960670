#include "tests/support/faulty_token.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace tests {

namespace {

template <class Function>
Function function_of(void* library, const char* name) {
    void* const found = ::dlsym(library, name);
    if (found == nullptr) throw std::runtime_error(::dlerror());
    return reinterpret_cast<Function>(found);
}

}  // namespace

std::filesystem::path FaultyToken::module() {
    return CALLVAULT_FAULTY_TOKEN;
}

FaultyToken::FaultyToken() : library_(::dlopen(module().c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) throw std::runtime_error(::dlerror());
}

FaultyToken::~FaultyToken() {
    function_of<void (*)()>(library_, "faulty_token_mend")();
    ::dlclose(library_);
}

void FaultyToken::fail(const char* function, CK_RV value, int times, int after) {
    function_of<void (*)(const char*, CK_RV, int, int)>(library_, "faulty_token_fail")(function, value, times, after);
}

int FaultyToken::calls(const char* function) const {
    return function_of<int (*)(const char*)>(library_, "faulty_token_calls")(function);
}

}  // namespace tests
