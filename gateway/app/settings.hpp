#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gateway::app {

/// Every setting of a gateway, checked and with its defaults filled in. setting_table.cpp says what each one means, its
/// bounds and its default; deploy/docs/settings.md is that table in words. Sizes are bytes, times are std::chrono.
struct Settings {
    using Path = std::filesystem::path;
    using Seconds = std::chrono::seconds;
    using Texts = std::vector<std::string>;

    struct Server {
        std::string address;
        std::uint16_t port = 0;
        std::string url;  ///< As browsers reach us, "https://calls.example"; empty: nobody signs in.
        Path certificate;
        Path key;
        Path client_ca;
        Path socket;
        std::string metrics_address;
        std::uint16_t metrics_port = 0;
        unsigned threads = 0;
    } server;

    struct Objects {
        std::string kind;  ///< "file" or "s3": which of the rest counts; "none".
        Path folder;
        std::string endpoint;
        std::string region;
        std::string bucket;
        bool path_style = false;
        Path credentials_file;
        Path authorities;       ///< Empty: the system's.
        std::string country;    ///< Empty: the region tells it, or nobody does.
        std::string statement;  ///< Reference of the document that says so.
        std::size_t connections = 0;
        Texts assured;  ///< Questions about the bucket that the operator answers for.
    };
    Objects objects;      ///< Where new objects go.
    Objects old_objects;  ///< Where objects may still be while they move to `objects`; kind "none": nowhere.

    struct Vault {
        std::string kind;  ///< "file" or "pkcs11": which of the rest counts.
        Path folder;
        Path root_secret_file;
        Path other_root_secret_file;  ///< Empty: no rotation is under way.
        std::vector<Path> copies;
        Path module;
        std::string token;
        Path pin_file;
        std::string second_token;  ///< Empty: there is none.
        Path second_pin_file;
        std::string country;  ///< Empty: not told.
    };
    Vault vault;
    Vault old_vault;  ///< Where keys still lie that are being replaced; its kind may be "none".

    struct Database {
        std::string url;
        unsigned connections = 0;
        Seconds timeout{};
    } database;

    struct Deployment {
        std::string name;
        std::string origin;
        std::string country;
        std::string time_zone;
        bool recording = false;
        int retention_months = 0;
        int max_months = 0;
    } deployment;

    struct Residency {
        Texts stored_in;
        Texts allowed;
        std::string as_of;
        std::string valid_until;
        std::chrono::seconds check_every{};
    } residency;

    struct Purge {
        std::chrono::minutes at{};  ///< Local time of day, since midnight.
        unsigned brake_factor = 0;
        unsigned brake_minimum = 0;
        unsigned brake_runs = 0;
        Seconds clock_tolerance{};
    } purge;

    struct Keys {
        unsigned days_ahead = 0;
        Seconds epoch_reseal{};
    } keys;

    struct Limits {
        std::uint64_t recording_bytes = 0;
        std::uint64_t request_line_bytes = 0;
        std::uint64_t header_bytes = 0;
        unsigned header_fields = 0;
        Seconds header_time{};
        std::uint64_t body_bytes_per_second = 0;
        Seconds body_grace{};
        Seconds keep_alive{};
        Seconds tls_handshake{};
        unsigned connections = 0;
        unsigned uploads = 0;
        std::uint64_t memory_bytes = 0;
        unsigned blocking_threads = 0;
        unsigned blocking_queue = 0;
        Seconds request_time{};
        Seconds upload_lease{};
        Seconds drain{};
        Seconds stop_grace{};
    } limits;

    struct Play {
        Seconds pace_ahead{};
        unsigned pace_rate = 0;
        Seconds lease{};
        Seconds renew{};
        Seconds idle{};
        unsigned plays_per_subject = 0;
    } play;

    struct Media {
        std::filesystem::path worker;  ///< Empty: beside the running program.
        unsigned workers = 0;          ///< 0: half of the cores, at least one.
        Seconds longest{};
    } media;

    struct Mfa {
        Seconds play_age{};
        Seconds act_age{};
        Texts acr;
        Texts amr;
    } mfa;

    struct Log {
        bool open = false;
        unsigned quorum = 0;
    } log;

    struct Witness {
        std::string url;
        std::string key;   ///< name+8 hexadecimal digits+base64 (c2sp.org/signed-note), of kind 0x04.
        Path authorities;  ///< Who vouches for its server; empty: the system's authorities.
    };
    std::vector<Witness> witnesses;

    struct Sender {
        std::string name;
        Texts teams;
        Texts purposes;
        Texts bases;
        Texts profiles;
        Texts classes;
        std::uint64_t max_bytes = 0;
    };
    std::vector<Sender> senders;

    struct Issuer {
        std::string url;
        std::string audience;
        Path keys;              ///< Empty: the issuer publishes them.
        Path authorities;       ///< Who vouches for the issuer's server; empty: the system's authorities.
        std::string name;       ///< In our addresses; needed with client_id.
        std::string label;      ///< For people.
        std::string client_id;  ///< Empty: nobody signs in there.
        Path client_secret_file;
        Texts scope;
        Texts algorithms;
        Texts types;
        Seconds skew{};
        Seconds max_lifetime{};
        std::string subject_claim;
        std::string roles_claim;
        Texts roles;
        std::string teams_claim;
        std::string sender_claim;
        std::string session_claim;
        Texts acr;
        Texts amr;
    };
    std::vector<Issuer> issuers;

    struct Certificate {
        std::string fingerprint;  ///< Lowercase hexadecimal; empty when `subject` is given.
        std::string subject;
        Path authority;
        std::string sender;
        Texts roles;
        Texts teams;
    };
    std::vector<Certificate> certificates;

    struct LocalUser {
        std::string user;
        Texts roles;
        Texts teams;
        bool second_factor = false;
    };
    std::vector<LocalUser> local_users;

    struct Team {
        std::string id;
        std::string country;
    };
    std::vector<Team> teams;

    struct Assessment {
        std::string id;
        std::string review_on;
    };
    std::vector<Assessment> assessments;

    struct Override {
        std::string id;
        std::string profile;
        std::string citation;
        Texts signed_by;
        std::string valid_until;
    };
    std::vector<Override> overrides;

    struct Class {
        std::string id;
        std::string period;
        std::string extended;
        std::string citation;
        std::string owner;
        std::string valid_until;
    };
    std::vector<Class> classes;

    struct Profile {
        std::string id;
        bool legitimate_interest_for_quality = true;
        std::string longest_for_quality;
        std::string longest;
    };
    std::vector<Profile> profiles;
};

/// A store as operators know it: "bucket calls at https://s3.example" or its folder; "none".
std::string in_words(const Settings::Objects& objects);
/// A vault as operators know it: "token "calls" of /usr/lib/maker.so" or its folder; "none".
std::string in_words(const Settings::Vault& vault);

}  // namespace gateway::app
