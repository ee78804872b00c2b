#include "teasel/cli/plugins.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

void load(const std::string& file) {
  // RTLD_NOW: a function that this version of the library has not is an error here, not a crash in the middle of a run.
  if (::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL)) return;
  const char* reason = ::dlerror();
  throw Error("cannot load the plug-in " + file + ": " + (reason ? reason : "unknown reason"),
              "TEASEL_PLUGINS names shared objects, parted by ':', that were built with this version of teasel.");
}

}  // namespace

void load_plugins() {
  const char* variable = std::getenv("TEASEL_PLUGINS");
  std::string_view rest = variable ? variable : "";
  while (!rest.empty()) {
    const size_t colon = std::min(rest.find(':'), rest.size());
    if (colon > 0) load(std::string(rest.substr(0, colon)));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
}

}  // namespace teasel
