#pragma once

#include "storage/catalogue/keys.hpp"
#include "storage/catalogue/rows.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {

KeyState key_state(const Row& row);
KeyTurn key_turn(const Row& row);

/// Runs a statement that enters a key, or finds the one that stands there. It sees nothing only when another one
/// entered its key while this one waited for that; asked again it sees that key.
inline Rows entered(Session& session, const char* statement, const Parameters& parameters) {
    Rows rows = session.write(statement, parameters);
    return rows.empty() ? session.write(statement, parameters) : rows;
}

/// Runs a statement that moves a key from closed to destroyed; destroyed already is success.
inline policy::Result<void> destroyed(Session& session, const char* statement, const Parameters& parameters) {
    const Rows rows = session.write(statement, parameters);
    if (rows.first().flag("destroyed")) return {};
    return policy::fail(policy::Code::kConflict, "the key is not closed, or something still needs it");
}

}  // namespace storage::catalogue
