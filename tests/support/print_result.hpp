#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "policy/result.hpp"

namespace Catch {

/// What a failed check shows of a Result: its error, never its value (boost's printer asks for printable values).
template <class T>
struct StringMaker<boost::system::result<T, policy::Error>> {
    static std::string convert(const boost::system::result<T, policy::Error>& result) {
        if (result) return "a value";
        return std::string(policy::name_of(result.error().code)) + ": " + result.error().what;
    }
};

}  // namespace Catch
