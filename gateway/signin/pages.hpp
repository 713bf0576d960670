#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace gateway::signin {

/// What a page between a person and their provider has to say. Each has a title and a sentence in each language.
enum class Message {
    kChoose,          ///< At which provider to sign in.
    kWelcome,         ///< Signed in; goes on by itself.
    kNobodySignsIn,   ///< No provider is configured, or none of that name.
    kAttemptUnknown,  ///< The sign-in took too long, was ended before, or began in another browser.
    kProviderRefused,
    kProviderSilent,
    kProviderWrong,  ///< What it said does not hold.
    kNoRole,
    kOtherPerson,     ///< A step-up came back as somebody else.
    kSignedOut,       ///< Signed out here; goes on to the provider's own sign-out by itself.
    kNoSecondFactor,  ///< A step-up came back without a fresh second factor.
    kLoginOver,       ///< Signed out at the provider while they signed in here.
    kTryLater,        ///< A part of ours does not answer.
};

enum class Language { kEnglish, kDutch };

/// The first of our languages in Accept-Language; English when there is none.
Language language_of(const http::Request& request);

struct PageText {
    std::string_view title;
    std::string_view sentence;
};
PageText text_of(Message message, Language language);

/// What the link says that leads back to the beginning.
std::string_view sign_in_again(Language language);

/// A link of a page: where to, and what it says.
using Link = std::pair<std::string, std::string>;

/// An HTML page that needs no script and loads nothing. `go_on`: where it leads by itself, at once; empty: nowhere.
http::Response page(const http::Request& request, unsigned status, Message message, const std::vector<Link>& links,
                    const std::string& go_on = {});

/// `text` for HTML, in text and in quoted attributes.
std::string escaped(std::string_view text);

}  // namespace gateway::signin
