#include "teasel/core/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"

namespace teasel {
namespace fs = std::filesystem;

// An flock on a file of its own: the system drops it when the process ends, however it ends.
class FileLock {
 public:
  FileLock(const fs::path& path, int how) : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ < 0)
      throw Error("cannot write in " + path.parent_path().string(), "Check the permissions of the folder.");
    do {
      held_ = ::flock(file_, how) == 0;
    } while (!held_ && errno == EINTR);
    if (held_ || errno == EWOULDBLOCK) return;
    const std::string reason = std::strerror(errno);
    ::close(file_);
    throw Error("cannot lock " + path.string() + ": " + reason, "Choose a folder on a file system that has locks.");
  }
  ~FileLock() { ::close(file_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool held() const { return held_; }

  // The holder leaves its number in the file, for messages alone: the lock is what counts.
  void sign() const {
    const std::string number = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file_, 0) == 0) (void)!::pwrite(file_, number.data(), number.size(), 0);
  }
  std::string signature() const {
    char text[32];
    const ssize_t length = ::pread(file_, text, sizeof text, 0);
    return length > 1 ? std::string(text, static_cast<size_t>(length - 1)) : "";
  }

 private:
  int file_;
  bool held_ = false;
};

RunFolder RunFolder::create(const fs::path& path) {
  if (fs::exists(path / "config.toml"))
    throw Error("there is a run in " + path.string() + " already",
                "Go on with it: teasel resume " + path.string() + ", or choose another folder with --out.");
  for (const char* left : {"checkpoints", "metrics.jsonl", "run.json"})
    if (fs::exists(path / left))
      throw Error(path.string() + " holds what is left of another run: " + left,
                  "Remove it, or choose another folder with --out.");
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed)
    throw Error("cannot make the folder " + path.string() + ": " + failed.message(),
                "Choose another folder with --out.");
  return RunFolder(path);
}

RunFolder RunFolder::open(const fs::path& path) {
  if (!fs::exists(path)) throw Error("no such folder: " + path.string(), "Give the folder that `teasel train` wrote.");
  if (!fs::exists(path / "config.toml"))
    throw Error(path.string() + " holds no run: it has no config.toml", "Give the folder that `teasel train` wrote.");
  return RunFolder(path);
}

std::string RunFolder::name() const {
  const fs::path full = fs::weakly_canonical(path_);
  return (full.filename().empty() ? full.parent_path() : full).filename().string();
}

fs::path RunFolder::folder(const char* name) const {
  fs::create_directories(path_ / name);
  return path_ / name;
}

fs::path RunFolder::checkpoint(int64_t step) const {
  return folder("checkpoints") / fmt::format("step_{:08}.safetensors", step);
}

std::vector<int64_t> RunFolder::checkpoint_steps() const {
  std::vector<int64_t> steps;
  for (auto& entry : fs::directory_iterator(folder("checkpoints"))) {
    const std::string name = entry.path().filename().string();
    int64_t step = 0;
    if (!name.starts_with("step_") || !name.ends_with(".safetensors")) continue;
    if (std::from_chars(name.data() + 5, name.data() + name.size(), step).ec == std::errc()) steps.push_back(step);
  }
  std::ranges::sort(steps);
  return steps;
}

Value RunFolder::info() const {
  const fs::path file = path_ / "run.json";
  return fs::exists(file) ? parse_json(read_file(file), file.string()) : Value(Value::Table{});
}

void RunFolder::set_info(const std::string& path, Value value) const {
  const FileLock one_at_a_time(path_ / ".run.json.lock", LOCK_EX);
  Value all = info();
  all.set(path, std::move(value));
  write_file(path_ / "run.json", to_json(all, 2) + "\n");
}

namespace {

// Whether this is the temporary file (".NAME.tmp.PID.N") of a process that is no more.
bool is_stray(const std::string& name) {
  const size_t mark = name.find(".tmp.");
  pid_t process = 0;
  if (!name.starts_with(".") || mark == std::string::npos) return false;
  if (std::from_chars(name.data() + mark + 5, name.data() + name.size(), process).ec != std::errc() || process <= 0)
    return false;
  return process == ::getpid() || (::kill(process, 0) != 0 && errno == ESRCH);
}

}  // namespace

void RunFolder::sweep() const {
  std::vector<fs::path> strays;
  for (const fs::path& where : {path_, path_ / "checkpoints", path_ / "codes", path_ / "images"}) {
    if (!fs::is_directory(where)) continue;
    for (auto& entry : fs::directory_iterator(where))
      if (is_stray(entry.path().filename().string())) strays.push_back(entry.path());
  }
  for (auto& stray : strays) fs::remove(stray);
}

RunFolder::Lock::Lock(const fs::path& folder) : file_(std::make_unique<FileLock>(folder / ".lock", LOCK_EX | LOCK_NB)) {
  if (file_->held()) {
    file_->sign();
    return;
  }
  const std::string holder = file_->signature();
  throw Error("another process" + (holder.empty() ? "" : " (" + holder + ")") + " is training in " + folder.string(),
              "Wait for it to end, or stop it.");
}

RunFolder::Lock::~Lock() = default;

}  // namespace teasel
