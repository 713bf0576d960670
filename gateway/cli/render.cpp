#include "gateway/cli/render.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <ostream>

#include "gateway/cli/server_call.hpp"

namespace gateway::cli {

namespace {

/// Characters, not bytes: what is masked comes as dots of three bytes.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t now = width_of(text);
    if (now < width) text.append(width - now, ' ');
    return text;
}

const boost::json::value* find(const boost::json::object& object, std::string_view path) {
    const auto dot = path.find('.');
    const auto* value = object.if_contains(path.substr(0, dot));
    if (dot == std::string_view::npos || value == nullptr) return value;
    return value->is_object() ? find(value->get_object(), path.substr(dot + 1)) : nullptr;
}

void print_members(const Context& context, const std::string& prefix, const boost::json::object& object) {
    for (const auto& member : object) {
        const std::string name = prefix + std::string(member.key());
        if (member.value().is_object()) {
            print_members(context, name + ".", member.value().get_object());
        } else {
            print_fact(context, printable(name), words_of(member.value()));
        }
    }
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += between;
        out += part;
    }
    return out;
}

}  // namespace

std::string words_of(const boost::json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_null()) return "-";
    std::vector<std::string> parts;
    if (value.is_array()) {
        for (const auto& one : value.get_array()) parts.push_back(words_of(one));
        return joined(parts, ", ");
    }
    if (value.is_object()) {
        for (const auto& member : value.get_object())
            parts.push_back(std::string(member.key()) + '=' + words_of(member.value()));
        return joined(parts, " ");
    }
    return boost::json::serialize(value);
}

void print_object(const Context& context, const boost::json::object& object) {
    print_members(context, {}, object);
}

void print_table(const Context& context, const std::vector<std::string>& columns, const boost::json::array& rows,
                 const std::string& nothing) {
    if (rows.empty()) {
        context.streams.out << nothing << '\n';
        return;
    }
    std::vector<std::vector<std::string>> cells{columns};
    for (const auto& row : rows) {
        std::vector<std::string> line;
        for (const std::string& column : columns) {
            const auto* value = row.is_object() ? find(row.get_object(), column) : nullptr;
            line.push_back(value == nullptr ? "-" : printable(words_of(*value)));
        }
        cells.push_back(std::move(line));
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& line : cells) {
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    }
    for (auto& line : cells) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            text += i + 1 == line.size() ? line[i] : padded(std::move(line[i]), widths[i] + 2);
        }
        context.streams.out << text << '\n';
    }
}

std::vector<std::string> columns_of(const boost::json::array& rows) {
    std::vector<std::string> out;
    for (const auto& row : rows) {
        if (!row.is_object()) continue;
        for (const auto& member : row.get_object()) {
            if (std::ranges::find(out, member.key()) == out.end()) out.emplace_back(member.key());
        }
    }
    return out;
}

std::string histogram(const std::vector<std::pair<std::string, std::uint64_t>>& bars, std::size_t width) {
    std::uint64_t most = 0;
    std::size_t label_width = 0;
    std::size_t count_width = 0;
    for (const auto& [label, count] : bars) {
        most = std::max(most, count);
        label_width = std::max(label_width, width_of(label));
        count_width = std::max(count_width, std::to_string(count).size());
    }
    std::string out;
    for (const auto& [label, count] : bars) {
        const double share = most == 0 ? 0 : static_cast<double>(count) / static_cast<double>(most);
        auto length = static_cast<std::size_t>(share * static_cast<double>(width));
        if (count > 0) length = std::max<std::size_t>(length, 1);
        const std::string number = std::to_string(count);
        out += padded(label, label_width + 2) + std::string(count_width - number.size(), ' ') + number;
        if (length > 0) out += "  " + std::string(length, '#');
        out += '\n';
    }
    return out;
}

void print_answer(const Context& context, const HttpAnswer& answer) {
    if (context.json) {
        context.streams.out << answer.body << (answer.body.ends_with('\n') ? "" : "\n");
    } else {
        print_object(context, object_of(answer));
    }
}

void deliver_document(const Context& context, const HttpAnswer& answer, const std::string& name,
                      const std::string& file) {
    std::ostream& out = context.streams.out;
    if (file.empty()) {
        if (context.json)
            out << boost::json::serialize(boost::json::object{{name, answer.body}}) << '\n';
        else
            out << answer.body;
        return;
    }
    std::ofstream written(file, std::ios::binary | std::ios::trunc);
    written << answer.body;
    written.close();
    if (!written) throw CommandError(Exit::kFailed, file + " cannot be written");
    if (!context.json) out << "written; check it with: callvault-verify " << name << ' ' << file << " --key KEYS\n";
}

}  // namespace gateway::cli
