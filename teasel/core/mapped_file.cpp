#include "teasel/core/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

constexpr int64_t most_in_memory = int64_t{256} << 20;

std::byte* map(size_t size, int protection, int flags, int descriptor) {
  void* at = ::mmap(nullptr, size, protection, flags, descriptor, 0);
  if (at == MAP_FAILED) return nullptr;
  return static_cast<std::byte*>(at);
}

[[noreturn]] void fail_on_disk(int64_t size, const std::string& folder, int error) {
  throw Error(fmt::format("cannot keep {:.1f} GB of data in '{}': {}", static_cast<double>(size) / 1e9, folder,
                          std::strerror(error)),
              "Free some space there, or set TMPDIR to a folder on another disk.");
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : where_(fmt::format("'{}'", path.string())) {
  auto fail = [&](const std::string& reason) {
    throw Error(fmt::format("cannot read {}: {}", where_, reason),
                "Check the path; it is relative to the folder where the program was started.");
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(std::strerror(errno));
  struct stat about {};
  const bool regular = ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
  std::byte* at = nullptr;
  if (regular && about.st_size > 0) at = map(static_cast<size_t>(about.st_size), PROT_READ, MAP_PRIVATE, descriptor);
  const int error = errno;
  ::close(descriptor);
  if (!regular) fail("it is no regular file");
  if (about.st_size == 0) return;
  if (!at) fail(std::strerror(error));
  bytes_ = {at, static_cast<size_t>(about.st_size)};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : where_(std::move(other.where_)), bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Scratch::Scratch(int64_t size) {
  if (size < 0) throw std::invalid_argument("scratch space of a negative size");
  if (size == 0) return;
  const auto length = static_cast<size_t>(size);
  if (size <= most_in_memory) {
    std::byte* at = map(length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (!at) throw std::bad_alloc();
    bytes_ = {at, length};
    return;
  }
  std::error_code no_folder;
  std::string folder = std::filesystem::temp_directory_path(no_folder).string(), name = folder + "/teasel-XXXXXX";
  descriptor_ = no_folder ? -1 : ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0) fail_on_disk(size, folder, no_folder ? no_folder.value() : errno);
  ::unlink(name.c_str());
  std::byte* at = ::ftruncate(descriptor_, size) == 0 ? map(length, PROT_READ, MAP_SHARED, descriptor_) : nullptr;
  if (!at) {
    const int error = errno;
    ::close(descriptor_);
    fail_on_disk(size, folder, error);
  }
  bytes_ = {at, length};
}

Scratch::~Scratch() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Scratch::write(int64_t at, std::span<const std::byte> from) {
  if (at < 0 || from.size() > bytes_.size() || static_cast<size_t>(at) > bytes_.size() - from.size())
    throw std::invalid_argument("a piece outside of the scratch space");
  if (descriptor_ < 0) {
    if (!from.empty()) std::memcpy(bytes_.data() + at, from.data(), from.size());
    return;
  }
  // Writing through the mapping would be a SIGBUS on a full disk.
  while (!from.empty()) {
    const ssize_t count = ::pwrite(descriptor_, from.data(), from.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_on_disk(static_cast<int64_t>(bytes_.size()), "the folder for temporary files", errno);
    from = from.subspan(static_cast<size_t>(count));
    at += count;
  }
}

}  // namespace teasel
