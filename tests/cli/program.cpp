#include "tests/cli/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "teasel/core/file.hpp"
#include "tests/models/small.hpp"

namespace teasel::testing {

namespace fs = std::filesystem;

Program::Program(const std::vector<std::string>& arguments, const Environment& environment,
                 const std::function<void()>& prepare) {
  std::vector<std::string> words{TEASEL_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string out = folder_ / "out", err = folder_ / "err";
  for (auto& file : {out, err}) write_quickly(file, "");  // also there where the child is killed before it runs
  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("cannot fork");
  if (id_ > 0) return;
  const auto send = [](const std::string& path, int descriptor) {
    ::dup2(::open(path.c_str(), O_WRONLY | O_CREAT, 0644), descriptor);
  };
  send(out, STDOUT_FILENO), send(err, STDERR_FILENO);
  ::unsetenv("TEASEL_PLUGINS");
  ::setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  for (auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  if (prepare) prepare();
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

Program::~Program() {
  if (running()) signal(SIGKILL), wait();
}

bool Program::running() {
  int status = 0;
  if (status_ >= 0) return false;
  if (::waitpid(id_, &status, WNOHANG) == 0) return true;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return false;
}

void Program::signal(int number) {
  if (running()) ::kill(id_, number);
}

Outcome Program::wait() {
  if (status_ < 0) {
    int status = 0;
    ::waitpid(id_, &status, 0);
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  return {status_, read_file(folder_ / "out"), read_file(folder_ / "err")};
}

Outcome teasel(const std::vector<std::string>& arguments, const Environment& environment) {
  return Program(arguments, environment).wait();
}

void write_small_config(const fs::path& path, const std::string& model, const std::vector<std::string>& sets) {
  Value config{Value::Table{{"model", small_options(model)}, {"data", parse_toml(small_data_toml, "")}}};
  config.set("model.name", Value(model));
  config.set("train", parse_toml("steps = 200\nbatch_size = 4\nthreads = 1\nlog_every = 4\ncheckpoint_every = 25", ""));
  for (auto& assignment : sets) apply_set(config, assignment);
  write_quickly(path, to_toml(config));
}

size_t whole_lines(const fs::path& path) {
  if (!fs::exists(path)) return 0;
  return static_cast<size_t>(std::ranges::count(read_file(path), '\n'));
}

bool wait_for_lines(Program& program, const fs::path& path, size_t lines) {
  while (program.running()) {
    if (whole_lines(path) >= lines) return true;
    ::usleep(500);
  }
  return false;
}

}  // namespace teasel::testing
