#include "gateway/app/settings.hpp"

namespace gateway::app {

std::string in_words(const Settings::Objects& objects) {
    if (objects.kind == "s3") return "bucket " + objects.bucket + " at " + objects.endpoint;
    return objects.kind == "file" ? objects.folder.string() : objects.kind;
}

std::string in_words(const Settings::Vault& vault) {
    if (vault.kind == "pkcs11") return "token \"" + vault.token + "\" of " + vault.module.string();
    return vault.kind == "file" ? vault.folder.string() : vault.kind;
}

}  // namespace gateway::app
