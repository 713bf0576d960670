#include "gateway/app/setting_table.hpp"

#include <iterator>
#include <utility>

#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

std::span<const Section> setting_sections() {
    static const std::vector<Section> kAll = [] {
        std::vector<Section> all;
        for (auto part : {service_sections(), law_sections(), log_sections(), access_sections()}) {
            std::move(part.begin(), part.end(), std::back_inserter(all));
        }
        return all;
    }();
    return kAll;
}

}  // namespace gateway::app
