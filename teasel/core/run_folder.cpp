#include "teasel/core/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"

namespace teasel {
namespace fs = std::filesystem;

RunFolder RunFolder::create(const fs::path& path) {
  if (fs::exists(path / "config.toml"))
    throw Error("there is a run in " + path.string() + " already", "Go on with it: teasel resume " + path.string() + ", or choose another folder with --out.");
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) throw Error("cannot make the folder " + path.string() + ": " + failed.message(), "Choose another folder with --out.");
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

fs::path RunFolder::checkpoint(int64_t step) const { return folder("checkpoints") / fmt::format("step_{:08}.safetensors", step); }

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
  if (std::from_chars(name.data() + mark + 5, name.data() + name.size(), process).ec != std::errc() || process <= 0) return false;
  return process == ::getpid() || (::kill(process, 0) != 0 && errno == ESRCH);
}

}  // namespace

void RunFolder::sweep() const {
  std::vector<fs::path> strays;
  for (auto& entry : fs::recursive_directory_iterator(path_))
    if (is_stray(entry.path().filename().string())) strays.push_back(entry.path());
  for (auto& stray : strays) fs::remove(stray);
}

RunFolder::Lock::Lock(const RunFolder& folder) {
  const fs::path path = folder.path() / ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) throw Error("cannot write in " + folder.path().string(), "Check the permissions of the folder.");
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    ::close(file_);
    throw Error("another process is training in " + folder.path().string(), "Wait for it to end, or stop it.");
  }
}

RunFolder::Lock::~Lock() { ::close(file_); }

}  // namespace teasel
