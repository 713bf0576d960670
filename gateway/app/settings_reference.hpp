#pragma once

#include <string>

namespace gateway::app {

/// The page of all settings, as Markdown: deploy/docs/settings.md, which a test keeps equal to this.
std::string settings_reference();

/// A configuration file with every setting at its default, commented out where it has one, to start from.
std::string default_configuration();

}  // namespace gateway::app
