#include "tests/support/certificate_maker.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <utility>

namespace tests {
namespace {

using Certificate = std::shared_ptr<X509>;
using Key = std::shared_ptr<EVP_PKEY>;

void expect(bool done) {
    if (!done) throw std::runtime_error("OpenSSL did not make a certificate");
}

std::string drained(BIO* bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string out(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    expect(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

X509_NAME* name_of(const std::string& common_name) {
    X509_NAME* name = X509_NAME_new();
    const auto add = [name](const char* field, const std::string& value) {
        expect(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(value.data()),
                                          static_cast<int>(value.size()), -1, 0) == 1);
    };
    add("O", "Example");
    add("CN", common_name);
    return name;
}

Certificate make(const CertificateWish& wish, EVP_PKEY* subject_key, X509* issuer, EVP_PKEY* issuer_key) {
    const Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U);
    constexpr long kDay = 24L * 3600;
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.valid_from_in_days * kDay);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.valid_until_in_days * kDay);
    X509_NAME* name = name_of(wish.name);
    X509_set_subject_name(certificate.get(), name);
    X509_set_issuer_name(certificate.get(), issuer == nullptr ? name : X509_get_subject_name(issuer));
    X509_NAME_free(name);
    X509_set_pubkey(certificate.get(), subject_key);
    X509* signer = issuer == nullptr ? certificate.get() : issuer;
    add_extension(certificate.get(), signer, NID_basic_constraints,
                  wish.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(certificate.get(), signer, NID_subject_key_identifier, "hash");
    if (wish.authority) add_extension(certificate.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    if (!wish.usage.empty()) add_extension(certificate.get(), signer, NID_ext_key_usage, wish.usage);
    if (!wish.alternative_name.empty())
        add_extension(certificate.get(), signer, NID_subject_alt_name, wish.alternative_name);
    expect(X509_sign(certificate.get(), issuer_key, EVP_sha256()) > 0);
    return certificate;
}

CertifiedKey texts_of(X509* certificate, EVP_PKEY* key) {
    CertifiedKey out;
    BIO* bio = BIO_new(BIO_s_mem());
    expect(PEM_write_bio_X509(bio, certificate) == 1);
    out.certificate_pem = drained(bio);
    bio = BIO_new(BIO_s_mem());
    expect(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    out.key_pem = drained(bio);
    out.der.resize(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
    unsigned char* at = out.der.data();
    i2d_X509(certificate, &at);
    return out;
}

Key new_key() {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    expect(key != nullptr);
    return key;
}

}  // namespace

struct CertificateAuthority::Impl {
    Key key;
    Certificate certificate;
    CertifiedKey own;
};

CertificateAuthority::CertificateAuthority(std::string name) : impl_(std::make_unique<Impl>()) {
    impl_->key = new_key();
    impl_->certificate =
        make({.name = std::move(name), .usage = "", .authority = true}, impl_->key.get(), nullptr, impl_->key.get());
    impl_->own = texts_of(impl_->certificate.get(), impl_->key.get());
}

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

const CertifiedKey& CertificateAuthority::own() const {
    return impl_->own;
}

CertifiedKey CertificateAuthority::issue(const CertificateWish& wish) const {
    const auto key = new_key();
    const auto certificate = make(wish, key.get(), impl_->certificate.get(), impl_->key.get());
    return texts_of(certificate.get(), key.get());
}

CertificateAuthority CertificateAuthority::intermediate(std::string name) const {
    auto impl = std::make_unique<Impl>();
    impl->key = new_key();
    impl->certificate = make({.name = std::move(name), .usage = "", .authority = true}, impl->key.get(),
                             impl_->certificate.get(), impl_->key.get());
    impl->own = texts_of(impl->certificate.get(), impl->key.get());
    return CertificateAuthority(std::move(impl));
}

}  // namespace tests
