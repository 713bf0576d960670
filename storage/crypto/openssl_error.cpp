#include "storage/crypto/openssl_error.hpp"

#include <openssl/err.h>

#include <array>

namespace storage::crypto {

void throw_openssl_error(const char* what) {
    std::string sentence = std::string("OpenSSL: ") + what;
    for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
        std::array<char, 256> text{};
        ERR_error_string_n(code, text.data(), text.size());
        sentence += std::string("; ") + text.data();
    }
    throw CryptoFailure(sentence);
}

void forget_openssl_errors() noexcept {
    ERR_clear_error();
}

}  // namespace storage::crypto
