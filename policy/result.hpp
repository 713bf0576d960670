#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace policy {

/// What went wrong, for a caller that decides what to do next. One table in gateway/http maps it to a status.
enum class Code {
    kInvalid,          ///< The caller's input breaks a rule; repeating it does not help.
    kUnauthenticated,  ///< Who is asking is not known.
    kStepUp,           ///< Known, but the second factor is missing or not fresh enough.
    kDenied,           ///< Known and not allowed. Towards a caller it looks the same as kNotFound where that matters.
    kNotFound,         ///< No such thing, or not the caller's to know of.
    kConflict,         ///< Another thing stands under this name, or the state moved on.
    kGone,             ///< It was here and was destroyed.
    kTooLarge,         ///< Past a limit of the configuration.
    kUnsupported,      ///< A format or feature that is not accepted.
    kOverloaded,       ///< A bounded queue is full; try again after a while.
    kUnavailable,      ///< A part that is needed (database, store, vault) does not answer; may be retried.
    kDeadline,         ///< The time given was used up; may be retried.
    kInDoubt,          ///< It may or may not have happened; nothing was undone; the retry finds out.
    kCorrupt,          ///< Stored bytes fail their seal or their signature; never retried, always alarmed.
    kInternal,         ///< A broken invariant.
};

/// The stable name of a code, as it stands in logs and metrics ("invalid", "step_up", ...).
std::string_view name_of(Code code);

/// A failure that a caller meets in normal life. `what` is for the operator's log: it holds no personal data and is
/// never sent to a client.
struct Error {
    Code code = Code::kInternal;
    std::string what;

    friend bool operator==(const Error&, const Error&) = default;
};

/// Thrown when a Result that holds an error is used as if it held a value: a broken invariant, never normal life.
class BadResult : public std::logic_error {
  public:
    explicit BadResult(Error error)
        : std::logic_error(std::string(name_of(error.code)) + ": " + error.what), error_(std::move(error)) {}
    const Error& error() const noexcept { return error_; }

  private:
    Error error_;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw BadResult(error);
}

/// A value, or the reason why there is none. Everything but success is failure.
template <class T>
using Result = boost::system::result<T, Error>;

inline Error fail(Code code, std::string what) {
    return Error{code, std::move(what)};
}

}  // namespace policy
