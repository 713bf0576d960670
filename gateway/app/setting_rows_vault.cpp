#include <utility>

#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

namespace {

using S = Settings;
using V = Value;

/// What names one vault, whichever of the two it is.
template <S::Vault S::*Which>
std::vector<Setting> place(Setting kind) {
    return {
        std::move(kind),
        {"folder", kNeededPath, "/var/lib/callvault/vault",
         "Folder of the file vault, mode 0700; never on the disk of the objects' backups.",
         [](S& s, const V& v) { (s.*Which).folder = v.text(); }},
        {"root_secret_file", kNeededPath, "/etc/callvault/root-secret",
         "File of mode 0600 with the secret that the vault's keys are sealed under; keep a copy offline.",
         [](S& s, const V& v) { (s.*Which).root_secret_file = v.text(); }},
        {"other_root_secret_file", kPath, "", "The other root secret while `callvault key rotate-root` is under way.",
         [](S& s, const V& v) { (s.*Which).other_root_secret_file = v.text(); }},
        {"copies",
         {Form::kPaths, 0, 0, {}},
         "",
         "Further folders, on other disks, that must hold a key before it is used.",
         [](S& s, const V& v) { (s.*Which).copies.assign(v.texts().begin(), v.texts().end()); }},
        {"module", kPath, "", "The PKCS#11 library of the token's maker.",
         [](S& s, const V& v) { (s.*Which).module = v.text(); }},
        {"token",
         {Form::kText, 0, 32, {}},
         "",
         "Label of the token.",
         [](S& s, const V& v) { (s.*Which).token = v.text(); }},
        {"pin_file", kPath, "", "File of mode 0600 with the PIN of the token's user.",
         [](S& s, const V& v) { (s.*Which).pin_file = v.text(); }},
        {"second_token",
         {Form::kText, 0, 32, {}},
         "",
         "Label of a token that must hold a key too before it is used: the other half of a pair that its maker "
         "replicates.",
         [](S& s, const V& v) { (s.*Which).second_token = v.text(); }},
        {"second_pin_file", kPath, "", "File with the PIN of the second token's user.",
         [](S& s, const V& v) { (s.*Which).second_pin_file = v.text(); }},
        {"country", kCountryOrNone, "", "Country that the keys lie in; a token's must be told.",
         [](S& s, const V& v) { (s.*Which).country = v.text(); }}};
}

}  // namespace

std::vector<Section> vault_sections() {
    return {{"vault",
             "Where the keys lie. Whoever has the folder and the root secret of a file vault can open every recording.",
             place<&S::vault>({"kind",
                               {Form::kText, 0, 0, {"file", "pkcs11"}},
                               "file",
                               "file: a folder of this host. pkcs11: a token (HSM) that keys never leave, for any "
                               "number of hosts.",
                               [](S& s, const V& v) { s.vault.kind = v.text(); }})},
            {"vault.old",
             "The vault whose keys are being replaced by new ones of [vault] (`callvault key move`); the same on every "
             "gateway. It stays, for the log's keys and those of tombstones and pseudonyms lie in it for good.",
             place<&S::old_vault>({"kind",
                                   {Form::kText, 0, 0, {"none", "file", "pkcs11"}},
                                   "none",
                                   "none: no keys are being moved. file, pkcs11: the vault that is being left.",
                                   [](S& s, const V& v) { s.old_vault.kind = v.text(); }})}};
}

}  // namespace gateway::app
