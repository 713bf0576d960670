#include "gateway/cli/key_verbs.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "gateway/app/parts.hpp"
#include "gateway/cli/key_move.hpp"
#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/vault_setup.hpp"
#include "gateway/cli/verb.hpp"
#include "storage/keys/file_vault.hpp"
#include "storage/keys/root_secret.hpp"

namespace gateway::cli {

using storage::keys::FileVault;
using storage::keys::RootSecret;

namespace {

struct KeyListArguments {
    bool offline = false;
};

struct PathArguments {
    std::string path;
};

struct VaultArguments {
    std::string path;
    bool old = false;
};

std::string made(bool now) {
    return now ? " (made now)" : " (was there)";
}

Exit init(Context& context, const NoArguments&) {
    const app::LoadedSettings loaded = load(context);
    const auto& vault = loaded.settings.vault;
    const VaultSetup done = set_up_vault(loaded.settings);
    if (context.json) {
        context.streams.out << R"({"made_root":)" << (done.made_root ? "true" : "false") << R"(,"made_vault":)"
                            << (done.made_vault ? "true" : "false") << R"(,"made_copies":)" << done.made_copies.size()
                            << R"(,"copies":)" << vault.copies.size() << R"(,"keys":)" << done.keys << "}\n";
        return Exit::kGood;
    }
    if (vault.kind == "file") {
        print_fact(context, "root secret", vault.root_secret_file.string() + made(done.made_root));
        print_fact(context, "vault", vault.folder.string() + made(done.made_vault));
        for (const auto& copy : vault.copies) {
            print_fact(context, "copy", copy.string() + made(std::ranges::count(done.made_copies, copy) > 0));
        }
    } else {
        print_fact(context, "token", vault.token + made(false));
    }
    print_fact(context, "keys", std::to_string(done.keys));
    if (done.made_root) {
        context.streams.out
            << "Copy the root secret to where the vault's backup is not: without it the vault opens nothing.\n";
    }
    return Exit::kGood;
}

/// The file vault that is meant: [vault], or [vault.old] with --old. A token is its maker's tool's to care for.
const app::Settings::Vault& file_vault_of(const app::Settings& settings, const VaultArguments& arguments) {
    const auto& vault = arguments.old ? settings.old_vault : settings.vault;
    const std::string table = arguments.old ? "[vault.old]" : "[vault]";
    if (vault.kind == "pkcs11")
        throw CommandError(Exit::kUsage, "this is for a file vault; " + table + " names a token");
    if (vault.kind == "none") throw CommandError(Exit::kUsage, "the configuration has no [vault.old]");
    return vault;
}

/// `where`: what the operator calls the vault.
boost::json::array vault_keys(storage::keys::KeyVault& vault, const std::string& where) {
    auto keys = value_or_end(vault.list());
    std::ranges::sort(keys, {}, [](const auto& key) { return std::pair(key.purpose, key.label); });
    boost::json::array out;
    for (const auto& key : keys) {
        out.push_back({{"id", key.id.text()},
                       {"purpose", name_of(key.purpose)},
                       {"label", key.label},
                       {"in_every_copy", key.usable},
                       {"vault", where}});
    }
    return out;
}

Exit list_offline(Context& context) {
    const app::LoadedSettings loaded = load(context);
    boost::json::array keys;
    for (const auto* vault : {&loaded.settings.vault, &loaded.settings.old_vault}) {
        if (vault->kind == "none") continue;
        for (auto& key : vault_keys(*value_or_end(app::open_vault(*vault)), app::in_words(*vault)))
            keys.push_back(std::move(key));
    }
    if (context.json) {
        context.streams.out << boost::json::serialize(boost::json::object{{"keys", keys}}) << '\n';
    } else {
        print_table(context, {"purpose", "label", "in_every_copy", "id", "vault"}, keys, "the vault holds no key");
    }
    return Exit::kGood;
}

Exit list_keys(Context& context, const KeyListArguments& arguments) {
    if (arguments.offline) return list_offline(context);
    const auto answer = call_server(context, {"GET", "/v1/keys", {}, {}});
    if (context.json) {
        print_answer(context, answer);
        return Exit::kGood;
    }
    for (const auto& [kind, keys] : object_of(answer)) {
        if (!keys.is_array()) continue;
        context.streams.out << printable(kind) << ":\n";
        print_table(context, columns_of(keys.get_array()), keys.get_array(), "none");
    }
    return Exit::kGood;
}

Exit new_root(Context& context, const PathArguments& arguments) {
    const auto secret = value_or_end(RootSecret::create(arguments.path));
    if (context.json) {
        context.streams.out << boost::json::serialize(boost::json::object{{"id", secret.id()}}) << '\n';
    } else {
        print_fact(context, "root secret", arguments.path + made(true));
        print_fact(context, "id", secret.id());
    }
    return Exit::kGood;
}

Exit rotate_root(Context& context, const VaultArguments& arguments) {
    const app::LoadedSettings loaded = load(context);
    const auto& said = file_vault_of(loaded.settings, arguments);
    const auto next = value_or_end(RootSecret::load(arguments.path));
    auto described = value_or_end(app::file_vault_settings(said));
    // What a rotation that was killed left is sealed under either secret.
    if (!described.other_root) described.other_root.emplace(next.clone());
    const auto vault = value_or_end(FileVault::open(std::move(described)));
    value_or_end(vault->rotate_root(next));
    if (context.json) {
        context.streams.out << boost::json::serialize(boost::json::object{{"rotated_to", next.id()}}) << '\n';
        return Exit::kGood;
    }
    print_fact(context, "rotated to", next.id());
    context.streams.out << "Now set " << (arguments.old ? "[vault.old]" : "[vault]") << " root_secret_file = \""
                        << printable(arguments.path)
                        << "\", take other_root_secret_file out, restart the server, then destroy the old secret.\n";
    return Exit::kGood;
}

Exit add_copy(Context& context, const VaultArguments& arguments) {
    const app::LoadedSettings loaded = load(context);
    const auto& said = file_vault_of(loaded.settings, arguments);
    value_or_end(FileVault::add_copy(said.folder, arguments.path));
    // Opening with it fills it.
    auto described = value_or_end(app::file_vault_settings(said));
    const std::filesystem::path copy = std::filesystem::absolute(arguments.path);
    if (std::ranges::count(described.copies, copy) == 0) described.copies.push_back(copy);
    const auto vault = value_or_end(FileVault::open(std::move(described)));
    const std::size_t keys = value_or_end(vault->list()).size();
    if (context.json) {
        context.streams.out << boost::json::serialize(boost::json::object{{"copy", copy.string()}, {"keys", keys}})
                            << '\n';
        return Exit::kGood;
    }
    print_fact(context, "copy", copy.string() + " (" + std::to_string(keys) + " keys)");
    context.streams.out << "Now name it in " << (arguments.old ? "[vault.old]" : "[vault]")
                        << " copies and restart the server, so that new keys go there too.\n";
    return Exit::kGood;
}

}  // namespace

void add_key(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "key", "The vault and its keys");
    add_verb(noun, context, "init", "Makes root secret, vault and copies where they are missing; says what is there",
             "callvault key init", &init);
    const auto listed =
        add_verb(noun, context, "list", "Which keys there are and how they stand; no answer holds a key",
                 "callvault key list", &list_keys);
    listed->add_flag("--offline", listed.arguments->offline, "What the vault itself holds, without the server");
    const auto made_root = add_verb(noun, context, "new-root", "Makes a new root secret in a new file, for a rotation",
                                    "callvault key new-root /etc/callvault/root-secret.next", &new_root);
    made_root->add_option("FILE", made_root.arguments->path, "The new file")->required();
    const auto rotated = add_verb(noun, context, "rotate-root",
                                  "Reseals the vault under a new root secret; may be killed and repeated. A running "
                                  "server needs the new secret as "
                                  "[vault] other_root_secret_file before",
                                  "callvault key rotate-root --new /etc/callvault/root-secret.next", &rotate_root);
    rotated->add_option("--new", rotated.arguments->path, "File of the new root secret")->required();
    rotated->add_flag("--old", rotated.arguments->old, "The vault of [vault.old]");
    const auto copied =
        add_verb(noun, context, "add-copy", "Makes a further copy of the vault in an empty folder, and fills it",
                 "callvault key add-copy /mnt/second/vault", &add_copy);
    copied->add_option("FOLDER", copied.arguments->path, "The copy's folder")->required();
    copied->add_flag("--old", copied.arguments->old, "A copy of the vault of [vault.old]");
    add_key_move(noun, context);
}

}  // namespace gateway::cli
