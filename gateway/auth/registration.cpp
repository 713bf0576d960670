#include "gateway/auth/registration.hpp"

namespace gateway::auth {

void CertificateRegistry::add_fingerprint(const http::Sha256& certificate, Grant grant) {
    by_fingerprint_.insert_or_assign(certificate, std::move(grant));
}

void CertificateRegistry::add_subject(const http::Sha256& authority, std::string subject, Grant grant) {
    by_subject_.insert_or_assign(std::pair(authority, std::move(subject)), std::move(grant));
}

const Grant* CertificateRegistry::find(const http::PeerCertificate& certificate) const {
    const auto pinned = by_fingerprint_.find(certificate.sha256);
    if (pinned != by_fingerprint_.end()) return &pinned->second;
    const auto named = by_subject_.find(std::pair(certificate.authority_sha256, certificate.subject));
    return named == by_subject_.end() ? nullptr : &named->second;
}

}  // namespace gateway::auth
