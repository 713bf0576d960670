#include "gateway/http/peer_certificate.hpp"

#include <openssl/bn.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <string>

#include "gateway/http/ascii.hpp"
#include "gateway/http/openssl_ptr.hpp"

namespace gateway::http {
namespace {

Sha256 fingerprint(const X509* certificate) {
    Sha256 digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1 || size != digest.size()) return {};
    return digest;
}

std::string text_of(const X509_NAME* name) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    // RFC 2253 order and escapes, but letters beyond ASCII as UTF-8.
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string serial_of(const X509* certificate) {
    const std::unique_ptr<BIGNUM, OpenSslDeleter<BN_free>> number(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    char* text = BN_bn2hex(number.get());
    std::string out = text == nullptr ? "" : text;
    OPENSSL_free(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    out.erase(0, std::min(out.find_first_not_of('0'), out.size()));
    return out;
}

policy::Instant not_after_of(const X509* certificate) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return {};
    const std::chrono::year_month_day day{std::chrono::year(parts.tm_year + 1900),
                                          std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                          std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
    return std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
           std::chrono::seconds(parts.tm_sec);
}

}  // namespace

std::optional<Sha256> authority_of(SSL* ssl) {
    if (SSL_get0_peer_certificate(ssl) == nullptr) return std::nullopt;
    if (SSL_session_reused(ssl) == 1) {
        void* data = nullptr;
        std::size_t size = 0;
        Sha256 digest{};
        if (SSL_SESSION_get0_ticket_appdata(SSL_get_session(ssl), &data, &size) != 1 || size != digest.size()) {
            return std::nullopt;
        }
        std::memcpy(digest.data(), data, size);
        return digest;
    }
    const STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
    if (chain == nullptr || sk_X509_num(chain) == 0) return std::nullopt;
    return fingerprint(sk_X509_value(chain, sk_X509_num(chain) - 1));
}

std::shared_ptr<const PeerCertificate> peer_certificate_of(SSL* ssl) {
    const X509* certificate = SSL_get0_peer_certificate(ssl);
    const auto authority = authority_of(ssl);
    if (certificate == nullptr || !authority || SSL_get_verify_result(ssl) != X509_V_OK) return nullptr;
    auto peer = std::make_shared<PeerCertificate>();
    peer->sha256 = fingerprint(certificate);
    peer->authority_sha256 = *authority;
    peer->subject = text_of(X509_get_subject_name(certificate));
    peer->issuer = text_of(X509_get_issuer_name(certificate));
    peer->serial = serial_of(certificate);
    peer->not_after = not_after_of(certificate);
    return peer;
}

}  // namespace gateway::http
