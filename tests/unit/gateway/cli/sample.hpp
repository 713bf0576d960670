#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace tests {

inline void write_file(const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

/// A sound configuration in `folder`; its path. `more` is put behind it.
inline std::string sample_configuration(const std::filesystem::path& folder, const std::string& more = {}) {
    const std::string at = folder.string();
    const std::string file = at + "/callvault.toml";
    write_file(file,
               "[server]\ncertificate = \"" + at + "/c.pem\"\nkey = \"" + at + "/k.pem\"\nclient_ca = \"" + at +
                   "/a.pem\"\nsocket = \"" + at + "/s\"\n[objects]\nfolder = \"" + at +
                   "/objects\"\n[vault]\nfolder = \"" + at + "/vault\"\nroot_secret_file = \"" + at +
                   "/root\"\ncopies = [\"" + at +
                   "/copy\"]\n[database]\nurl = \"postgresql:///none\"\n[deployment]\nname = \"demo\"\norigin = "
                   "\"example.org/t\"\n"
                   "country = \"NL\"\n[residency]\nstored_in = [\"NL\"]\nallowed = [\"NL\"]\nas_of = 2026-01-01\n" +
                   more);
    return file;
}

}  // namespace tests
