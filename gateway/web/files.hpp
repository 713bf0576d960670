#pragma once

#include <span>
#include <string_view>

namespace gateway::web {

/// One built file, as the program holds it.
struct File {
    std::string_view name;  ///< "app-3F7A.js": the name changes with the bytes. The page is "index.html".
    std::string_view media_type;
    std::string_view plain;
    std::string_view gzip;  ///< The same, compressed.
};

/// All of them. Lives as long as the program; made by build.mjs (web_files.cpp in the build folder).
std::span<const File> files();

}  // namespace gateway::web
