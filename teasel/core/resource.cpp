#include "teasel/core/resource.hpp"

#include <cstddef>

namespace teasel {

std::optional<std::string_view> resource(std::string_view name) {
  for (const auto& entry : detail::embedded_resources())
    if (name == entry.name) return std::string_view(entry.begin, static_cast<std::size_t>(entry.end - entry.begin));
  return std::nullopt;
}

std::vector<std::string_view> resources(std::string_view prefix) {
  std::vector<std::string_view> names;
  for (const auto& entry : detail::embedded_resources())
    if (std::string_view(entry.name).starts_with(prefix)) names.emplace_back(entry.name);
  return names;
}

}  // namespace teasel
