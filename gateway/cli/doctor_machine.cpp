// The checks that look at files of the configuration, dates and limits of the process.

#include <sys/resource.h>

#include <chrono>

#include "gateway/app/http_options.hpp"
#include "gateway/cli/finding.hpp"
#include "gateway/http/certificate_facts.hpp"
#include "storage/crypto/secret_memory.hpp"

namespace gateway::cli {

namespace {

constexpr int kCertificateDays = 30;
constexpr int kListDays = 30;
constexpr int kAssessmentDays = 30;

void check_dates(const Patient& patient, const std::string& check, const std::string& file, const std::string& pem,
                 Findings& out) {
    const auto certificates = http::certificates_of(pem);
    if (certificates.has_error()) {
        out.push_back(failed(check, file + ' ' + certificates.error().what, "put a PEM file there"));
        return;
    }
    for (const auto& certificate : *certificates) {
        if (certificate.from > patient.now) {
            out.push_back(failed(check,
                                 certificate.subject + " is valid from " + policy::text(certificate.from) + " only",
                                 "look at the clock, or get another certificate"));
            continue;
        }
        out.push_back(expiry(check, certificate.subject, certificate.until, patient.now, kCertificateDays,
                             "renew it, then reload (SIGHUP)"));
    }
}

}  // namespace

std::string_view name_of(Level level) {
    switch (level) {
        case Level::kOk:
            return "ok";
        case Level::kWarn:
            return "warn";
        case Level::kFailed:
            break;
    }
    return "FAILED";
}

Finding expiry(std::string check, const std::string& thing, policy::Instant until, policy::Instant now, int days,
               const std::string& advice) {
    if (until < now) return failed(std::move(check), thing + " ran out on " + policy::text(until), advice);
    const auto left = std::chrono::floor<std::chrono::days>(until - now).count();
    const std::string sentence =
        thing + " is good until " + policy::text(until) + " (" + std::to_string(left) + " days)";
    if (left < days) return warning(std::move(check), sentence, advice);
    return good(std::move(check), sentence);
}

Findings check_certificates(const Patient& patient) {
    const auto& server = patient.loaded.settings.server;
    const auto options = app::tls_options_of(patient.loaded.settings);
    if (options.has_error()) {
        return {failed("certificates", options.error().what, "name files that this user can read in [server]")};
    }
    Findings out;
    check_dates(patient, "certificate", server.certificate.string(), options->certificate_chain_pem, out);
    check_dates(patient, "client authority", server.client_ca.string(), options->client_authorities_pem.front(), out);
    const auto usable = http::check_tls_options(*options);
    out.push_back(usable.has_value()
                      ? good("key", "certificate and private key belong together")
                      : failed("key", usable.error().what, "see certificate, key and client_ca of [server]"));
    return out;
}

Findings check_law(const Patient& patient) {
    Findings out;
    const auto& residency = patient.loaded.settings.residency;
    if (const auto until = policy::parse_date(residency.valid_until)) {
        // Good through its last day.
        out.push_back(expiry("residency", "the list of countries", std::chrono::sys_days(policy::add_days(*until, 1)),
                             patient.now, kListDays, "review [residency] and give it a new valid_until"));
    } else {
        out.push_back(good("residency", "the list of countries has no end date"));
    }
    const std::size_t before = out.size();
    for (const auto& row : patient.loaded.settings.assessments) {
        const auto review = policy::parse_date(row.review_on);
        if (!review) continue;
        const auto days = (std::chrono::sys_days(*review) - std::chrono::sys_days(patient.today)).count();
        const std::string when = "assessment " + row.id + " is to be reviewed on " + row.review_on;
        const std::string advice = "review it: from the day after, calls on legitimate interest are refused";
        if (days < 0) out.push_back(warning("assessment", when + ", which has passed", advice));
        if (days >= 0 && days <= kAssessmentDays) out.push_back(warning("assessment", when, advice));
    }
    if (out.size() == before) out.push_back(good("assessments", "none needs its review within 30 days"));
    return out;
}

Findings check_process(const Patient& patient) {
    Findings out;
    const auto memory = storage::crypto::secret_memory_status();
    out.push_back(memory.good() ? good("secret memory", memory.sentence())
                                : warning("secret memory", memory.sentence(), "raise LimitMEMLOCK of the service"));
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    // A connection, and for a play or an upload an object with it.
    const auto needed = static_cast<rlim_t>(patient.loaded.settings.limits.connections) * 2 + 256;
    const std::string sentence = "at most " + std::to_string(files.rlim_max) + " open files; " +
                                 std::to_string(needed) + " are needed for limits.connections";
    out.push_back(files.rlim_max >= needed ? good("open files", sentence)
                                           : warning("open files", sentence, "raise LimitNOFILE of the service"));
    return out;
}

}  // namespace gateway::cli
