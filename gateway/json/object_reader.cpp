#include "gateway/json/object_reader.hpp"

#include <utility>
#include <variant>

#include "gateway/json/strict_json.hpp"

namespace gateway::json {

namespace bj = boost::json;
using policy::FaultCode;

namespace {

/// RFC 6901: "~" is "~0" and "/" is "~1". A name from outside is cut, so that an answer stays short.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name.substr(0, 100)) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out.push_back(c);
        }
    }
    return out;
}

FaultCode code_of(JsonFault::Kind kind) {
    switch (kind) {
        case JsonFault::Kind::kDuplicateKey:
            return FaultCode::kJsonDuplicateKey;
        case JsonFault::Kind::kTooDeep:
            return FaultCode::kJsonTooDeep;
        case JsonFault::Kind::kMalformed:
        case JsonFault::Kind::kNumberTooLarge:
            break;
    }
    return FaultCode::kJsonMalformed;
}

}  // namespace

ObjectReader::ObjectReader(const bj::object& object, std::string pointer, std::vector<policy::Fault>& faults)
    : object_(&object), pointer_(std::move(pointer)), faults_(&faults) {}

const bj::value* ObjectReader::find(std::string_view name) {
    asked_.emplace(name);
    const auto* value = object_->if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string ObjectReader::pointer_to(std::string_view name) const {
    return pointer_ + "/" + escaped(name);
}

void ObjectReader::fault(FaultCode code, std::string_view name, std::string sentence) {
    faults_->push_back({code, pointer_to(name), std::move(sentence)});
}

void ObjectReader::wrong_type(std::string_view name, std::string_view expected) {
    fault(FaultCode::kFieldType, name, "Send " + std::string(expected) + ".");
}

std::optional<std::string> ObjectReader::text(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        wrong_type(name, "a string");
        return std::nullopt;
    }
    return std::string(value->as_string());
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_bool()) {
        wrong_type(name, "true or false");
        return std::nullopt;
    }
    return value->as_bool();
}

std::optional<std::int64_t> ObjectReader::whole_number(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number() || value->is_double()) {
        wrong_type(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }
    bj::error_code ec;
    const auto number = value->to_number<std::int64_t>(ec);
    if (ec || number < least || number > most) {
        fault(FaultCode::kFieldOutOfRange, name,
              "Send a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
        return std::nullopt;
    }
    return number;
}

std::optional<policy::Instant> ObjectReader::instant(std::string_view name) {
    const auto written = text(name);
    if (!written) return std::nullopt;
    auto parsed = policy::parse_instant(*written);
    if (!parsed) {
        fault(FaultCode::kFieldFormat, name,
              "Send a date and time with its offset, as RFC 3339 has it: 2026-11-24T09:30:00+01:00.");
    }
    return parsed;
}

std::optional<policy::Date> ObjectReader::date(std::string_view name) {
    const auto written = text(name);
    if (!written) return std::nullopt;
    auto parsed = policy::parse_date(*written);
    if (!parsed) fault(FaultCode::kFieldFormat, name, "Send a day that exists, as 2026-11-24.");
    return parsed;
}

std::optional<std::vector<std::string>> ObjectReader::texts(std::string_view name, std::size_t most) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_array()) {
        wrong_type(name, "an array of strings");
        return std::nullopt;
    }
    const auto& array = value->as_array();
    if (array.size() > most) {
        fault(FaultCode::kFieldTooLong, name, "Send at most " + std::to_string(most) + " entries.");
        return std::nullopt;
    }
    std::vector<std::string> out;
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (!array[i].is_string()) {
            faults_->push_back({FaultCode::kFieldType, pointer_to(name) + "/" + std::to_string(i), "Send a string."});
            return std::nullopt;
        }
        out.emplace_back(array[i].as_string());
    }
    return out;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_object()) {
        wrong_type(name, "an object");
        return std::nullopt;
    }
    return ObjectReader(value->as_object(), pointer_to(name), *faults_);
}

void ObjectReader::objects(std::string_view name, std::size_t most, const std::function<void(ObjectReader&)>& each) {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) {
        wrong_type(name, "an array of objects");
        return;
    }
    const auto& array = value->as_array();
    if (array.size() > most) {
        fault(FaultCode::kFieldTooLong, name, "Send at most " + std::to_string(most) + " entries.");
        return;
    }
    for (std::size_t i = 0; i < array.size(); ++i) {
        const auto pointer = pointer_to(name) + "/" + std::to_string(i);
        if (!array[i].is_object()) {
            faults_->push_back({FaultCode::kFieldType, pointer, "Send an object."});
            continue;
        }
        ObjectReader reader(array[i].as_object(), pointer, *faults_);
        each(reader);
        reader.done();
    }
}

void ObjectReader::need(std::string_view name) {
    const auto* value = object_->if_contains(name);
    if (value == nullptr || value->is_null()) fault(FaultCode::kFieldMissing, name, "This field is needed: send it.");
}

void ObjectReader::done() {
    for (const auto& field : *object_) {
        if (!asked_.contains(field.key())) {
            fault(FaultCode::kFieldUnknown, field.key(),
                  "This field is not known here: leave it out, or correct its name.");
        }
    }
}

std::optional<bj::object> parse_object(std::string_view text, std::vector<policy::Fault>& faults) {
    auto parsed = parse_strict_json(text);
    if (const auto* fault = std::get_if<JsonFault>(&parsed)) {
        faults.push_back({code_of(fault->kind), "", fault->sentence});
        return std::nullopt;
    }
    auto& value = std::get<bj::value>(parsed);
    if (!value.is_object()) {
        faults.push_back({FaultCode::kFieldType, "", "Send a JSON object."});
        return std::nullopt;
    }
    return std::move(value.as_object());
}

}  // namespace gateway::json
