#include "teasel/core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

std::string hint_for(int error, const std::filesystem::path& path) {
  std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  switch (error) {
    case ENOENT:
      return fmt::format("Does the folder '{}' exist? Create it first: mkdir -p '{}'", folder.string(),
                         folder.string());
    case ENOTDIR:
      return fmt::format("A part of '{}' is a file, not a folder.", folder.string());
    case EISDIR:
      return "That is a folder: name a file in it.";
    case EACCES:
    case EPERM:
    case EROFS:
      return fmt::format("You may not write in '{}': choose another folder or change its permissions.",
                         folder.string());
    case ENOSPC:
    case EDQUOT:
      return fmt::format("Free some space where '{}' lies, or choose another folder.", folder.string());
    case EFBIG:
      return "The file is larger than the file system or `ulimit -f` allows.";
    default:
      return {};
  }
}

[[noreturn]] void fail_to_write(const std::filesystem::path& path, int error) {
  throw Error(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)), hint_for(error, path));
}

// A file under a temporary name, removed unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target) : target_(target) {
    static std::atomic<uint64_t> counter{0};
    int descriptor = -1;
    do {  // a killed process of the same number may have left its file: containers number processes alike
      name_ = target.parent_path() / fmt::format(".{}.tmp.{}.{}", target.filename().string(), ::getpid(), counter++);
      descriptor = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EEXIST);
    if (descriptor < 0) fail_to_write(target_, errno);
    file_ = ::fdopen(descriptor, "wb");
    if (!file_) {
      int error = errno;
      ::close(descriptor);
      ::unlink(name_.c_str());
      fail_to_write(target_, error);
    }
  }
  ~TemporaryFile() {
    if (file_) std::fclose(file_);
    if (!renamed_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::FILE* file() { return file_; }

  // Everything to the disk, then the new name.
  void commit() {
    // A failed fwrite leaves its reason in errno only until the next call that sets it; 0 would read as "Success".
    if (std::ferror(file_)) fail_to_write(target_, errno ? errno : EIO);
    if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) fail_to_write(target_, errno);
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail_to_write(target_, errno);
    if (std::rename(name_.c_str(), target_.c_str()) != 0) fail_to_write(target_, errno);
    renamed_ = true;
    flush_folder();
  }

 private:
  // Makes the new name outlive a power cut. The content is whole either way, and some file systems cannot flush a
  // folder, so a failure here is no failure of the write.
  void flush_folder() {
    std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
    int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)::fsync(descriptor);
    ::close(descriptor);
  }

  std::filesystem::path target_, name_;
  std::FILE* file_ = nullptr;
  bool renamed_ = false;
};

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  auto fail = [&](int error) {
    throw Error(fmt::format("cannot read '{}': {}", path.string(), std::strerror(error)),
                error == ENOENT   ? "Check the path; it is relative to the folder where the program was started."
                : error == EISDIR ? "That is a folder: name a file in it."
                                  : "Check the file and its permissions.");
  };
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(errno);
  std::string content;
  struct stat about {};
  if (::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode))
    content.reserve(static_cast<size_t>(about.st_size) + 1);
  // The size is a hint only: files of /proc state 0 and pipes have none.
  char buffer[1 << 16];
  for (;;) {
    ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      int error = errno;
      ::close(descriptor);
      fail(error);
    }
    if (count == 0) break;
    content.append(buffer, static_cast<size_t>(count));
  }
  ::close(descriptor);
  return content;
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  write_file(path, [&](std::FILE* file) {
    if (!content.empty()) std::fwrite(content.data(), 1, content.size(), file);
  });
}

void write_file(const std::filesystem::path& path, const std::function<void(std::FILE*)>& write) {
  if (path.filename().empty()) fail_to_write(path, path.empty() ? ENOENT : EISDIR);
  TemporaryFile temporary(path);
  errno = 0;
  write(temporary.file());
  temporary.commit();
}

void check_place(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0) fail_to_write(path, errno);
  if (!S_ISDIR(about.st_mode)) fail_to_write(path, ENOTDIR);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) fail_to_write(path, errno);
  if (::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) fail_to_write(path, EISDIR);
}

}  // namespace teasel
