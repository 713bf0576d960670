#include "gateway/cli/audit_verbs.hpp"

#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>
#include <utility>

#include "gateway/app/parts.hpp"
#include "gateway/app/wait_for.hpp"
#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"
#include "storage/audit/recover.hpp"

namespace gateway::cli {

namespace {

/// A long log is read back entry by entry.
constexpr std::chrono::hours kRecoveryPatience{6};

struct EntriesArguments {
    std::uint64_t from = 0;
    unsigned limit = 100;
};

/// The log's evidence, opened without a server; the members are destroyed in reverse order.
struct OpenedEvidence {
    std::unique_ptr<app::Parts> parts;
    std::unique_ptr<app::Evidence> evidence;
};

OpenedEvidence open_evidence(const Context& context) {
    OpenedEvidence out;
    out.parts = value_or_end(app::open_parts(load(context)));
    value_or_end(app::wait_for(out.parts->catalogue->check_schema(out.parts->deadline())));
    out.evidence = value_or_end(app::wait_for(app::open_evidence(*out.parts)));
    return out;
}

Exit key(Context& context, const NoArguments&) {
    const OpenedEvidence opened = open_evidence(context);
    const auto log = opened.evidence->log_signer.verifier_keys();
    const auto ledger = opened.evidence->ledger_signer.verifier_keys();
    const auto residency = opened.evidence->residency_signer.verifier_keys();
    std::ostream& out = context.streams.out;
    if (context.json) {
        out << R"({"keys":[)";
        const char* between = "";
        for (const auto& [of, keys] :
             {std::pair{"log", &log}, std::pair{"ledger", &ledger}, std::pair{"residency", &residency}}) {
            for (const auto& one : *keys) {
                out << between << R"({"of":")" << of << R"(","key":")" << one.text() << "\"}";
                between = ",";
            }
        }
        out << "]}\n";
        return Exit::kGood;
    }
    out << "# audit log\n";
    for (const auto& one : log) out << one.text() << '\n';
    out << "# deletion ledger\n";
    for (const auto& one : ledger) out << one.text() << '\n';
    out << "# statements of residency\n";
    for (const auto& one : residency) out << one.text() << '\n';
    return Exit::kGood;
}

Exit checkpoint(Context& context, const NoArguments&) {
    const auto answer = call_server(context, {"GET", "/log/checkpoint", {}, {}});
    if (context.json) {
        context.streams.out << boost::json::serialize(boost::json::object{{"checkpoint", answer.body}}) << '\n';
    } else {
        context.streams.out << answer.body;
    }
    return Exit::kGood;
}

Exit entries(Context& context, const EntriesArguments& arguments) {
    const std::string target =
        "/v1/audit/entries?from=" + std::to_string(arguments.from) + "&limit=" + std::to_string(arguments.limit);
    const auto answer = call_server(context, {"GET", target, {}, {}});
    if (context.json) {
        print_answer(context, answer);
        return Exit::kGood;
    }
    const auto object = object_of(answer);
    const auto* list = object.if_contains("entries");
    if (list == nullptr || !list->is_array()) throw CommandError(Exit::kFailed, "the server's answer holds no entries");
    for (const auto& row : list->get_array()) {
        if (!row.is_object()) continue;
        const auto* index = row.get_object().if_contains("index");
        const auto* entry = row.get_object().if_contains("entry");
        context.streams.out << (index == nullptr ? "-" : printable(words_of(*index))) << "  "
                            << (entry == nullptr ? "-" : printable(boost::json::serialize(*entry))) << '\n';
    }
    return Exit::kGood;
}

Exit recover(Context& context, const NoArguments&) {
    const OpenedEvidence opened = open_evidence(context);
    const auto deadline = std::chrono::steady_clock::now() + kRecoveryPatience;
    const auto recovered = value_or_end(
        app::wait_for(storage::audit::recover_log(*opened.parts->catalogue, opened.evidence->log, deadline)));
    if (context.json) {
        const boost::json::object out{
            {"before", name_of(recovered.before.state)}, {"imported", recovered.imported}, {"size", recovered.size}};
        context.streams.out << boost::json::serialize(out) << '\n';
        return Exit::kGood;
    }
    print_fact(context, "before", std::string(name_of(recovered.before.state)) + ": " + recovered.before.explanation);
    print_fact(context, "imported", std::to_string(recovered.imported) + " entries");
    print_fact(context, "size of the log", std::to_string(recovered.size));
    return Exit::kGood;
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "audit", "The audit log");
    add_verb(noun, context, "key",
             "Prints the public keys of audit log and deletion ledger; auditors keep them for callvault-verify",
             "callvault audit key > callvault-keys.txt", &key);
    add_verb(noun, context, "checkpoint",
             "Prints the newest signed checkpoint; keep it outside: it shows later that the log only grew",
             "callvault audit checkpoint > saved/2026-11.checkpoint", &checkpoint);
    const auto listed =
        add_verb(noun, context, "entries", "Prints entries of the log in order, one a line; the reading is audited",
                 "callvault audit entries --from 4700 --limit 20", &entries);
    listed->add_option("--from", listed.arguments->from, "Place of the first, from 0")->check(CLI::NonNegativeNumber);
    listed->add_option("--limit", listed.arguments->limit, "At most so many (100)")->check(CLI::Range(1, 1000));
    add_verb(noun, context, "recover",
             "Brings entries of the published log back that a restored database lacks. The server must be stopped or "
             "closed; "
             "may be killed and repeated",
             "callvault audit recover", &recover);
}

}  // namespace gateway::cli
