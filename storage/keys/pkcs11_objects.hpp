#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/keys/pkcs11_token.hpp"

namespace storage::keys {

// What a key set is on a token: objects with its id as CKA_ID, one for each use, labelled
// "callvault/<purpose>/<part>/<label>". README.md has their attributes.

/// The objects that a set is made of.
enum class Part { kWrap, kField, kIndex, kSign, kVerify };

/// Those of a set of that purpose, in the order in which they are made.
std::vector<Part> parts_of(KeyPurpose purpose);

/// An object of ours as it lies on the token.
struct TokenObject {
    CK_OBJECT_HANDLE handle = 0;
    policy::KeyId id;
    KeyPurpose purpose{};
    Part part{};
    std::string label;  ///< The set's.
};

/// A key set as found: complete when each of its parts is there once.
struct TokenKeySet {
    KeyInfo info;  ///< `usable`: it is complete.
    std::map<Part, CK_OBJECT_HANDLE> parts;
};

/// Makes one part and reads it back, or the pair of kSign and kVerify when asked for kSign (then kVerify is made with
/// it). Non-exportable, unchangeable, made in the token.
policy::Result<void> make_part(Pkcs11Session& session, const KeyInfo& info, Part part);

/// An error when nobody is logged in: to them keys would seem not to exist.
policy::Result<void> expect_login(Pkcs11Session& session);

/// Everything on the token with that id, whatever it is called; or all there is.
policy::Result<std::vector<CK_OBJECT_HANDLE>> find_handles(Pkcs11Session& session, std::optional<policy::KeyId> id);

/// Our objects on the token: those of one set, or all. An object that the token does not describe is its error.
policy::Result<std::vector<TokenObject>> find_objects(Pkcs11Session& session, std::optional<policy::KeyId> id);

/// The same as sets, in no order.
policy::Result<std::vector<TokenKeySet>> find_sets(Pkcs11Session& session, std::optional<policy::KeyId> id);

/// The 32 bytes of an Ed25519 public key.
policy::Result<crypto::PublicKey> read_public_key(Pkcs11Session& session, CK_OBJECT_HANDLE object);

/// The mechanisms that a token must have and that this one lacks, by their standard names.
std::vector<std::string> missing_mechanisms(Pkcs11Session& session);

}  // namespace storage::keys
