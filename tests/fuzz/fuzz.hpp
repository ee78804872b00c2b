// What fuzz targets share. A target is one file that defines LLVMFuzzerTestOneInput; it runs under
// tests/fuzz/driver.cpp, or under libFuzzer where the compiler has it (TEASEL_LIBFUZZER).
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace teasel::fuzz {

// The input as text.
inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A folder in memory where there is one, this process's own until it ends.
const std::filesystem::path& folder();

// The input as the file `name` of folder(); a second call with that name replaces it.
std::filesystem::path file_of(std::span<const uint8_t> bytes, const std::string& name);

// How many inputs were read and how many refused, counting each call of read_or_refuse.
struct Counts {
  uint64_t read = 0, refused = 0;
};
Counts& counts();

// Runs a reader on damaged bytes. A teasel::Error with a message is a refusal, as it should be; anything else that is
// thrown is a fault and passes on.
void read_or_refuse(const std::function<void()>& reader);

// Throws std::logic_error: a property that does not hold is a fault as a crash is.
void require(bool holds, const char* property);

}  // namespace teasel::fuzz
