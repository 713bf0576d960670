#include "gateway/app/settings.hpp"

namespace gateway::app {

std::string in_words(const Settings::Objects& objects) {
    if (objects.kind == "s3") return "bucket " + objects.bucket + " at " + objects.endpoint;
    return objects.kind == "file" ? objects.folder.string() : objects.kind;
}

}  // namespace gateway::app
