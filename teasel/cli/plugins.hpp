// Models, data sets, metrics and networks from outside the library.
#pragma once

namespace teasel {

// Loads the shared objects that the environment variable TEASEL_PLUGINS names, parted by ':'. What is in them registers
// itself, as the library's own files do; from then on it is listed, trained and scored like them. Error with the
// loader's reason where one cannot be loaded.
void load_plugins();

}  // namespace teasel
