#include "tests/fuzz/fuzz.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "teasel/core/error.hpp"

namespace teasel::fuzz {
namespace fs = std::filesystem;
namespace {

class Folder {
 public:
  Folder() {
    const fs::path memory = "/dev/shm";
    std::string name =
        ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "teasel_fuzz_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

}  // namespace

const fs::path& folder() {
  static const Folder folder;
  return folder.path;
}

fs::path file_of(std::span<const uint8_t> bytes, const std::string& name) {
  const fs::path path = folder() / name;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file && (bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
  if (!file || std::fclose(file) != 0 || !written) throw std::runtime_error("cannot write the input to a file");
  return path;
}

Counts& counts() {
  static Counts counts;
  return counts;
}

void read_or_refuse(const std::function<void()>& reader) {
  try {
    reader();
    ++counts().read;
  } catch (const Error& refusal) {
    require(refusal.what()[0] != '\0', "an error has a message");
    ++counts().refused;
  }
}

void require(bool holds, const char* property) {
  if (!holds) throw std::logic_error(std::string("this does not hold: ") + property);
}

}  // namespace teasel::fuzz
