#include "teasel/core/event_file.hpp"
#include "tests/fuzz/fuzz.hpp"

// Event files that a killed process left behind, which going on cuts back.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto folder = fuzz::folder() / "events";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  fuzz::file_of({data, size}, "events/events.out.tfevents.1.teasel");
  fuzz::read_or_refuse([&] { EventLog(folder, 5).write(5, {}); });
  return 0;
}
