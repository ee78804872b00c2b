#include "teasel/nn/parameter_store.hpp"

#include <stdexcept>

namespace teasel {

size_t ParameterStore::add(std::string name, Tensor value, bool trained) {
  for (auto& slot : slots_)
    if (slot.name == name) throw std::logic_error("two parameters are called " + name);
  slots_.push_back({std::move(name), value.set_requires_grad(trained), trained});
  return slots_.size() - 1;
}

std::vector<size_t> ParameterStore::matching(std::string_view prefixes) const {
  std::vector<bool> chosen(slots_.size());
  while (true) {
    const size_t bar = prefixes.find('|');
    const auto prefix = prefixes.substr(0, bar);
    bool any = false;
    for (size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].trained && slots_[i].name.starts_with(prefix)) chosen[i] = any = true;
    if (!any) throw std::logic_error("no parameter starts with '" + std::string(prefix) + "'");
    if (bar == std::string_view::npos) break;
    prefixes.remove_prefix(bar + 1);
  }
  std::vector<size_t> out;
  for (size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) out.push_back(i);
  return out;
}

}  // namespace teasel
