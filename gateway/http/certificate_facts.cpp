#include "gateway/http/certificate_facts.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <chrono>
#include <ctime>
#include <optional>

#include "gateway/http/openssl_ptr.hpp"
#include "gateway/http/tls_context.hpp"

namespace gateway::http {

using policy::Result;

namespace {

int no_passphrase(char*, int, int, void*) {
    return 0;
}

std::optional<policy::Instant> instant_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::from_time_t(::timegm(&parts)));
}

std::string subject_of(const X509* certificate) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) return {};
    std::array<char, 1024> text{};
    const int size = BIO_read(out.get(), text.data(), static_cast<int>(text.size()));
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<std::vector<CertificateFacts>> certificates_of(std::string_view pem) {
    const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<CertificateFacts> out;
    while (const X509Ptr certificate{PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)}) {
        const auto from = instant_of(X509_get0_notBefore(certificate.get()));
        const auto until = instant_of(X509_get0_notAfter(certificate.get()));
        if (!from || !until) return policy::fail(policy::Code::kInvalid, "a certificate has no readable dates");
        out.push_back({subject_of(certificate.get()), *from, *until});
    }
    // The end of the text is an error of its own; any other is a certificate that cannot be read.
    const unsigned long last = ERR_peek_last_error();
    ERR_clear_error();
    const bool ended = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    if (out.empty() || !ended)
        return policy::fail(policy::Code::kInvalid, "holds no certificate, or one that cannot be read");
    return out;
}

Result<void> check_tls_options(const TlsOptions& options) {
    const auto context = make_tls_context(options);
    if (context.has_error()) return context.error();
    return {};
}

}  // namespace gateway::http
