#include "storage/objects/s3_fault.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "storage/objects/s3_xml.hpp"

namespace storage::objects {

using policy::Code;
using policy::fail;

namespace {

/// Stores take signatures up to 15 minutes off; at 4 of them a refusal without a reason is likely that.
constexpr auto kSuspiciousSkew = std::chrono::minutes(4);

template <std::size_t N>
bool is_one_of(std::string_view code, const std::array<std::string_view, N>& codes) {
    return std::ranges::find(codes, code) != codes.end();
}

bool means_other_place(const S3Answer& answer) {
    static constexpr std::array<std::string_view, 4> kCodes{"PermanentRedirect", "TemporaryRedirect", "Redirect",
                                                            "AuthorizationHeaderMalformed"};
    return (answer.status() >= 300 && answer.status() < 400 && answer.status() != 304) ||
           is_one_of(answer.code, kCodes);
}

bool means_wrong_key(const S3Answer& answer) {
    static constexpr std::array<std::string_view, 7> kCodes{
        "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken",        "InvalidToken",
        "InvalidSecurity",    "TokenRefreshRequired",  "InvalidClientTokenId"};
    const bool mute = answer.status() == 403 && answer.code.empty();
    return answer.status() == 401 || mute || is_one_of(answer.code, kCodes);
}

bool may_pass(const S3Answer& answer) {
    static constexpr std::array<std::string_view, 4> kCodes{"RequestTimeout", "OperationAborted",
                                                            "ConditionalRequestConflict", "SlowDown"};
    const unsigned status = answer.status();
    return status == 500 || status == 502 || status == 503 || status == 504 || status == 429 || status == 408 ||
           is_one_of(answer.code, kCodes);
}

std::string said(const S3Answer& answer) {
    std::string out = std::to_string(answer.status());
    if (!answer.code.empty()) out += ' ' + answer.code;
    return out;
}

S3Fault other_place(const S3Answer& answer, const S3Options& options) {
    std::string where(answer.head.field("x-amz-bucket-region"));
    if (where.empty()) where = read_refusal(answer.body).region;
    std::string what = "the S3 store says that the bucket " + options.bucket + " is elsewhere (" + said(answer);
    what += where.empty() ? ")" : ", region " + where + ")";
    what += ", the configuration says region " + options.region +
            ": correct endpoint and region; a redirect is never followed";
    return {fail(Code::kUnavailable, what), S3Remedy::kNone};
}

S3Fault wrong_key(const S3Answer& answer, const S3Options& options) {
    return {fail(Code::kUnavailable, "the S3 store refuses the access key (" + said(answer) +
                                         "): put a valid one, with the rights on the bucket, into " +
                                         options.credentials_file.string() + "; it is read again by itself"),
            S3Remedy::kCredentials};
}

std::optional<S3Fault> wrong_clock(const S3Answer& answer, policy::Instant now) {
    const auto store_time = parse_http_date(answer.head.field("date"));
    const auto skew = store_time ? std::chrono::abs(*store_time - now) : std::chrono::milliseconds(0);
    const bool mute = answer.status() == 403 && (answer.code.empty() || answer.code == "AccessDenied");
    if (answer.code != "RequestTimeTooSkewed" && !(mute && skew > kSuspiciousSkew)) return std::nullopt;
    std::string what = "the clocks of this machine and of the S3 store differ";
    if (store_time)
        what += " by " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(skew).count()) + " s";
    what += " (" + said(answer) + "): set this machine's clock (NTP)";
    return S3Fault{fail(Code::kUnavailable, what), store_time ? S3Remedy::kClock : S3Remedy::kNone, store_time};
}

int number(std::string_view text) {
    int out = -1;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), out).ptr;
    return end == text.data() + text.size() ? out : -1;
}

}  // namespace

std::optional<S3Fault> fault_of(const S3Answer& answer, const S3Options& options, policy::Instant now) {
    if (answer.good()) return std::nullopt;
    if (means_other_place(answer)) return other_place(answer, options);
    if (answer.code == "NoSuchBucket") {
        return S3Fault{fail(Code::kUnavailable, "the S3 store has no bucket " + options.bucket +
                                                    ": make it, or correct the configuration")};
    }
    if (auto fault = wrong_clock(answer, now)) return fault;
    if (means_wrong_key(answer)) return wrong_key(answer, options);
    if (may_pass(answer))
        return S3Fault{fail(Code::kUnavailable, "the S3 store answered " + said(answer)), S3Remedy::kWait};
    return std::nullopt;
}

policy::Error unexpected(const std::string& operation, const S3Answer& answer) {
    std::string what = "S3 " + operation + ": " + said(answer);
    if (answer.code == "AccessDenied") what += ": give the access key the right to do that";
    return fail(Code::kUnavailable, what);
}

std::optional<policy::Instant> parse_http_date(std::string_view text) {
    // "Fri, 24 May 2013 00:00:00 GMT"
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || !text.ends_with(" GMT") || text.substr(3, 2) != ", ") return std::nullopt;
    const auto month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(number(text.substr(12, 4))),
                                           std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                           std::chrono::day(static_cast<unsigned>(number(text.substr(5, 2)))));
    const int hour = number(text.substr(17, 2));
    const int minute = number(text.substr(20, 2));
    const int second = number(text.substr(23, 2));
    if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    return policy::Instant(std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                           std::chrono::seconds(second));
}

}  // namespace storage::objects
