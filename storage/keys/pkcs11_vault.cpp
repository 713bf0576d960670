#include "storage/keys/pkcs11_vault.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <utility>

#include "storage/async/crash_point.hpp"
#include "storage/crypto/aead.hpp"
#include "storage/crypto/random.hpp"
#include "storage/keys/pkcs11_crypto.hpp"
#include "storage/keys/pkcs11_objects.hpp"
#include "storage/keys/vault_limits.hpp"

namespace storage::keys {

using crypto::Bytes;
using crypto::Digest256;
using crypto::PublicKey;
using crypto::SecretBytes;
using crypto::Signature;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;

namespace {

constexpr std::chrono::seconds kHandleLife{60};

Result<Part> part_for(KeyPurpose purpose, Use use, bool for_mac) {
    if (!permits(purpose, use) || (use == Use::kIndex) != for_mac) return not_permitted(purpose, name_of(use));
    return use == Use::kWrap ? Part::kWrap : use == Use::kField ? Part::kField : Part::kIndex;
}

Result<Part> part_for_signing(KeyPurpose purpose, Part part) {
    if (!permits_signing(purpose)) return not_permitted(purpose, "signing");
    return part;
}

}  // namespace

/// The tokens, and the handles of sets that were looked up lately.
class Pkcs11Vault::State {
  public:
    State(std::unique_ptr<Pkcs11Token> token, std::unique_ptr<Pkcs11Token> second)
        : token_(std::move(token)), second_(std::move(second)) {}

    Pkcs11Token& token() noexcept { return *token_; }
    Pkcs11Token* second() noexcept { return second_.get(); }

    /// Runs `act` (Result<T>(Pkcs11Session&, CK_OBJECT_HANDLE)) with the set's object that `choose` (Result<Part>(
    /// KeyPurpose)) names; once more with handles looked up anew when the set is not what it was.
    template <class Choose, class Act>
    auto use(KeyId id, Choose choose, Act act)
        -> decltype(act(std::declval<Pkcs11Session&>(), std::declval<CK_OBJECT_HANDLE>())) {
        const auto reading = no_change();
        using Outcome = decltype(act(std::declval<Pkcs11Session&>(), std::declval<CK_OBJECT_HANDLE>()));
        for (int attempt = 0;; ++attempt) {
            bool acted = false;
            auto result = token_->with_session([&](Pkcs11Session& session) -> Outcome {
                const auto set = key_set(session, id);
                if (!set) return set.error();
                const auto part = choose(set->info.purpose);
                if (!part) return part.error();
                acted = true;
                return act(session, set->parts.at(*part));
            });
            if (result.has_value() || !acted || attempt == 1 || still_there(id)) return result;
        }
    }

    /// While keys are made or destroyed, none is looked up or used: tokens that keep files trip over their own threads.
    /// Whoever waits to change holds the gate, so that no stream of uses keeps them out.
    std::unique_lock<std::shared_mutex> change() {
        const std::lock_guard waits(gate_);
        return std::unique_lock(changing_);
    }
    std::shared_lock<std::shared_mutex> no_change() {
        const std::lock_guard passes(gate_);
        return std::shared_lock(changing_);
    }

    void forget(KeyId id) {
        const std::lock_guard lock(mutex_);
        known_.erase(id);
    }

    /// Of these sets, those that the second token holds as well; all, where there is none.
    Result<std::set<KeyId>> confirmed(const std::vector<TokenKeySet>& sets) {
        std::set<KeyId> out;
        if (second_ == nullptr) {
            for (const auto& set : sets) out.insert(set.info.id);
            return out;
        }
        const std::optional<KeyId> only = sets.size() == 1 ? std::optional(sets.front().info.id) : std::nullopt;
        const auto there = second_->with_session([&](Pkcs11Session& session) { return find_sets(session, only); });
        if (!there) return there.error();
        for (const auto& set : *there) {
            if (set.info.usable) out.insert(set.info.id);
        }
        return out;
    }

  private:
    struct Known {
        TokenKeySet set;
        std::uint64_t generation;
        std::chrono::steady_clock::time_point looked_up;
    };

    Result<TokenKeySet> key_set(Pkcs11Session& session, KeyId id) {
        const auto generation = session.generation();
        const auto now = std::chrono::steady_clock::now();
        {
            const std::lock_guard lock(mutex_);
            const auto known = known_.find(id);
            if (known != known_.end() && known->second.generation == generation &&
                now - known->second.looked_up < kHandleLife)
                return known->second.set;
        }
        const auto sets = find_sets(session, id);
        if (!sets) return sets.error();
        if (sets->empty()) return fail(Code::kNotFound, "the token holds no key " + id.text());
        const auto& set = sets->front();
        if (!set.info.usable)
            return fail(Code::kUnavailable,
                        "key " + id.text() + " is not whole: it was not made, or is being destroyed");
        const auto second = confirmed(*sets);
        if (!second) return second.error();
        if (!second->contains(id))
            return fail(Code::kUnavailable, "the second token does not hold key " + id.text() + " yet");
        const std::lock_guard lock(mutex_);
        known_[id] = {set, generation, now};
        return set;
    }

    /// After an act failed: whether its objects are what they were. If not, they are forgotten.
    bool still_there(KeyId id) {
        const auto sets = token_->with_session([id](Pkcs11Session& session) { return find_sets(session, id); });
        const std::lock_guard lock(mutex_);
        const auto known = known_.find(id);
        const bool same = sets.has_value() && sets->size() == 1 && known != known_.end() &&
                          sets->front().parts == known->second.set.parts;
        if (!same) known_.erase(id);
        return same;
    }

    const std::unique_ptr<Pkcs11Token> token_;
    const std::unique_ptr<Pkcs11Token> second_;
    std::mutex gate_;
    std::shared_mutex changing_;
    std::mutex mutex_;
    std::map<KeyId, Known> known_;
};

namespace {

Result<std::unique_ptr<Pkcs11Token>> open_token(const Pkcs11TokenSettings& settings) {
    auto token = Pkcs11Token::open(settings);
    if (!token) return token.error();
    const auto missing = (*token)->with_session(
        [](Pkcs11Session& session) { return Result<std::vector<std::string>>(missing_mechanisms(session)); });
    if (!missing) return missing.error();
    if (missing->empty()) return token;
    std::string names;
    for (const auto& name : *missing) names += ' ' + name;
    return fail(Code::kInvalid, "the token \"" + settings.label + "\" cannot do what is needed:" + names);
}

/// What opens and signs first: a set of which a part is gone is used no more, by anybody. Then whatever else has the
/// id.
Result<std::vector<CK_OBJECT_HANDLE>> in_order_of_destruction(Pkcs11Session& session, KeyId id) {
    auto objects = find_objects(session, id);
    if (!objects) return objects.error();
    const auto all = find_handles(session, id);
    if (!all) return all.error();
    std::ranges::sort(*objects, {}, &TokenObject::part);
    std::vector<CK_OBJECT_HANDLE> out;
    for (const auto& object : *objects) out.push_back(object.handle);
    for (const auto handle : *all) {
        if (std::ranges::find(out, handle) == out.end()) out.push_back(handle);
    }
    return out;
}

/// Everything that has the id, until nothing does.
Result<void> destroy_on(Pkcs11Token& token, KeyId id) {
    return token.with_session([&](Pkcs11Session& session) -> Result<void> {
        const auto handles = in_order_of_destruction(session, id);
        if (!handles) return handles.error();
        for (const auto handle : *handles) {
            const CK_RV done = session.call().C_DestroyObject(session.handle(), handle);
            if (is_no_object(done)) continue;
            if (const auto checked = session.check(done, "destroy a key"); !checked) return checked.error();
            CALLVAULT_CRASH_POINT("vault.token_part_destroyed");
        }
        const auto left = find_handles(session, id);
        if (!left) return left.error();
        if (!left->empty()) return fail(Code::kUnavailable, "the token still holds key " + id.text());
        return {};
    });
}

}  // namespace

Pkcs11Vault::Pkcs11Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}

Pkcs11Vault::~Pkcs11Vault() = default;

Result<std::unique_ptr<Pkcs11Vault>> Pkcs11Vault::open(const Pkcs11VaultSettings& settings) {
    auto token = open_token(settings.token);
    if (!token) return token.error();
    std::unique_ptr<Pkcs11Token> second;
    if (settings.second) {
        auto opened = open_token(*settings.second);
        if (!opened) return opened.error();
        second = std::move(*opened);
    }
    return std::unique_ptr<Pkcs11Vault>(new Pkcs11Vault(std::make_unique<State>(std::move(*token), std::move(second))));
}

Result<KeyId> Pkcs11Vault::create(KeyPurpose purpose, std::string_view label) {
    if (const auto good = check_label(label); !good) return good.error();
    const auto changing = state_->change();
    std::vector<KeyId> begun;  // one a session: a repeat under the same id could make a part twice
    const auto made = state_->token().with_session([&](Pkcs11Session& session) -> Result<KeyId> {
        const KeyInfo info{crypto::random_id<KeyId>(), purpose, std::string(label), true};
        begun.push_back(info.id);
        for (const Part part : parts_of(purpose)) {
            if (part == Part::kVerify) continue;  // made with kSign
            if (const auto done = make_part(session, info, part); !done) return done.error();
            CALLVAULT_CRASH_POINT("vault.token_part_made");
        }
        return info.id;
    });
    for (const KeyId id : begun) {
        // Half a set is no use to anybody; what cannot be removed now, list() shows.
        if (!made || id != *made) static_cast<void>(destroy_on(state_->token(), id));
    }
    return made;
}

Result<Bytes> Pkcs11Vault::seal(KeyId id, Use use, std::span<const std::byte> plain,
                                std::span<const std::byte> associated) {
    for (const auto bytes : {plain, associated}) {
        if (const auto fits = check_size(bytes); !fits) return fits.error();
    }
    return state_->use(
        id, [use](KeyPurpose purpose) { return part_for(purpose, use, false); },
        [&](Pkcs11Session& session, CK_OBJECT_HANDLE key) { return token_seal(session, key, plain, associated); });
}

Result<SecretBytes> Pkcs11Vault::open(KeyId id, Use use, std::span<const std::byte> sealed,
                                      std::span<const std::byte> associated) {
    if (const auto fits = check_size(associated); !fits) return fits.error();
    if (sealed.size() > kMaxVaultMessageBytes + kSealOverhead)
        return fail(Code::kCorrupt, "a sealed message is longer than any that the vault makes");
    const auto opened = [&](std::span<const std::byte> bytes) {
        return state_->use(
            id, [use](KeyPurpose purpose) { return part_for(purpose, use, false); },
            [&](Pkcs11Session& session, CK_OBJECT_HANDLE key) { return token_open(session, key, bytes, associated); });
    };
    auto result = opened(sealed);
    if (result.has_value() || result.error().code != Code::kInDoubt) return result;
    // The bytes, or the token? If it opens what it has sealed itself, and then fails on these again, it is the bytes.
    auto error = result.error();
    error.code = Code::kUnavailable;
    const auto own = seal(id, use, crypto::bytes_of("callvault"), associated);
    if (own.has_error() || opened(*own).has_error()) return error;
    result = opened(sealed);
    if (result.has_value() || result.error().code != Code::kInDoubt) return result;
    error.code = Code::kCorrupt;
    return error;
}

Result<Digest256> Pkcs11Vault::mac(KeyId id, Use use, std::span<const std::byte> message) {
    if (const auto fits = check_size(message); !fits) return fits.error();
    return state_->use(
        id, [use](KeyPurpose purpose) { return part_for(purpose, use, true); },
        [&](Pkcs11Session& session, CK_OBJECT_HANDLE key) { return token_mac(session, key, message); });
}

Result<Signature> Pkcs11Vault::sign(KeyId id, std::span<const std::byte> message) {
    if (const auto fits = check_size(message); !fits) return fits.error();
    return state_->use(
        id, [](KeyPurpose purpose) { return part_for_signing(purpose, Part::kSign); },
        [&](Pkcs11Session& session, CK_OBJECT_HANDLE key) { return token_sign(session, key, message); });
}

Result<PublicKey> Pkcs11Vault::public_key(KeyId id) {
    return state_->use(
        id, [](KeyPurpose purpose) { return part_for_signing(purpose, Part::kVerify); },
        [](Pkcs11Session& session, CK_OBJECT_HANDLE key) { return read_public_key(session, key); });
}

Result<void> Pkcs11Vault::destroy(KeyId id) {
    const auto changing = state_->change();
    state_->forget(id);
    auto done = destroy_on(state_->token(), id);
    if (state_->second() != nullptr) {
        // Also when the first did not answer: the sooner one half is gone, the sooner nobody uses the key.
        const auto other = destroy_on(*state_->second(), id);
        if (done.has_value()) done = other;
    }
    state_->forget(id);  // somebody may have looked it up meanwhile
    return done;
}

Result<std::vector<KeyInfo>> Pkcs11Vault::list() {
    const auto reading = state_->no_change();
    const auto all = [](Pkcs11Session& session) { return find_sets(session, std::nullopt); };
    const auto here = state_->token().with_session(all);
    if (!here) return here.error();
    std::map<KeyId, KeyInfo> out;
    for (const auto& set : *here) out[set.info.id] = set.info;
    if (state_->second() != nullptr) {
        const auto there = state_->second()->with_session(all);
        if (!there) return there.error();
        std::set<KeyId> whole;
        for (const auto& set : *there) {
            if (set.info.usable) whole.insert(set.info.id);
            const auto [alone, is_alone] = out.emplace(set.info.id, set.info);
            if (is_alone) alone->second.usable = alone->second.in_vault = false;
        }
        for (auto& entry : out) entry.second.usable = entry.second.usable && whole.contains(entry.first);
    }
    std::vector<KeyInfo> keys;
    for (auto& entry : out) keys.push_back(std::move(entry.second));
    return keys;
}

Result<bool> Pkcs11Vault::usable(KeyId id) {
    const auto reading = state_->no_change();
    const auto sets = state_->token().with_session([id](Pkcs11Session& session) { return find_sets(session, id); });
    if (!sets) return sets.error();
    if (sets->empty()) return fail(Code::kNotFound, "the token holds no key " + id.text());
    const auto confirmed = state_->confirmed(*sets);
    if (!confirmed) return confirmed.error();
    return sets->front().info.usable && confirmed->contains(id);
}

Result<void> Pkcs11Vault::look() {
    const auto login = [](Pkcs11Session& session) { return expect_login(session); };
    const auto reading = state_->no_change();
    auto answers = state_->token().with_session(login);
    if (answers && state_->second() != nullptr) answers = state_->second()->with_session(login);
    return answers;
}

/// A token remembers no destruction: what the second holds alone may be one that is half done, and must not be taken
/// for a loss. What the catalogue misses is found when the ledger is replayed.
Result<std::vector<KeyId>> Pkcs11Vault::missing_from_vault() {
    return std::vector<KeyId>();
}

}  // namespace storage::keys
