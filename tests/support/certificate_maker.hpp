#pragma once

#include <memory>
#include <string>
#include <vector>

namespace tests {

/// A certificate with its private key, as PEM texts.
struct CertifiedKey {
    std::string certificate_pem;
    std::string key_pem;
    std::vector<unsigned char> der;  ///< Of the certificate.
};

/// What a certificate shall say. Days are counted from now.
struct CertificateWish {
    std::string name = "client";        ///< The common name; organisation is "Example".
    std::string usage = "clientAuth";   ///< extendedKeyUsage; empty: none.
    std::string alternative_name = {};  ///< subjectAltName ("IP:127.0.0.1"); empty: none.
    int valid_from_in_days = -1;
    int valid_until_in_days = 1;
    bool authority = false;  ///< An intermediate authority.
};

/// A certificate authority of the test's own, made in memory (P-256).
class CertificateAuthority {
  public:
    explicit CertificateAuthority(std::string name);
    ~CertificateAuthority();
    CertificateAuthority(CertificateAuthority&&) noexcept;

    const CertifiedKey& own() const;
    CertifiedKey issue(const CertificateWish& wish) const;
    /// An authority that this one vouches for.
    CertificateAuthority intermediate(std::string name) const;

  private:
    struct Impl;
    explicit CertificateAuthority(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace tests
