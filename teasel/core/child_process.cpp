#include "teasel/core/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <utility>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

// The first byte of what a child sends; the last one says that it is whole.
constexpr char returned = 'r', thrown = 'e', end = '.';

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

// A child that is waited for, whatever happens here.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Its status; 0 where somebody else has asked for it (SIGCHLD ignored).
  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0)
      if (errno != EINTR) {
        status = 0;
        break;
      }
    id_ = -1;
    return status;
  }

 private:
  pid_t id_;
};

bool send(int to, const std::string& message) {
  for (size_t at = 0; at < message.size();) {
    const ssize_t count = ::write(to, message.data() + at, message.size() - at);
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) at += static_cast<size_t>(count);
  }
  return true;
}

std::string receive(int from) {
  std::string message;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count == 0 || (count < 0 && errno != EINTR)) return message;
    if (count > 0) message.append(buffer.data(), static_cast<size_t>(count));
  }
}

// Private memory that this process may write, in bytes (proc(5): statm, "data"); 0 where that is not told.
uint64_t data_in_use() {
  std::ifstream in("/proc/self/statm");
  uint64_t size = 0, resident = 0, shared = 0, text = 0, unused = 0, data = 0;
  in >> size >> resident >> shared >> text >> unused >> data;
  return in ? data * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void limit(int resource, uint64_t value) {
  rlimit now{};
  ::getrlimit(resource, &now);
  const rlimit then{std::min<rlim_t>(value, now.rlim_max), std::min<rlim_t>(value, now.rlim_max)};
  ::setrlimit(resource, &then);
}

void enter(const ChildLimits& limits) {
  for (int number : {SIGALRM, SIGXCPU, SIGPIPE}) ::signal(number, SIG_DFL);
  if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<uint64_t>(limits.seconds));
  if (const uint64_t data = data_in_use()) limit(RLIMIT_DATA, data + static_cast<uint64_t>(limits.memory));
  ::alarm(static_cast<unsigned>(60 + 10 * limits.seconds));
}

// The whole life of the child. Nothing of the parent's is torn down in it: no destructors, no buffers written twice.
[[noreturn]] void live(int to, const ChildLimits& limits, const std::function<std::string()>& work) {
  std::string message;
  try {
    enter(limits);
    message = returned + work() + end;
  } catch (const Error& error) {
    message = std::string(1, thrown) + error.what() + '\0' + error.hint() + end;
  } catch (...) {  // std::bad_alloc, most of all: no message is one as well
    message.clear();
  }
  ::_exit(send(to, message) ? 0 : 1);
}

std::string reason_of(int status, const ChildLimits& limits) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    if (number == SIGXCPU || number == SIGALRM || number == SIGKILL)
      return fmt::format("it took longer than {} s", limits.seconds);
    return fmt::format("it crashed (signal {})", number);
  }
  return fmt::format("it crashed, or asked for more than {} MiB of memory", limits.memory >> 20);
}

}  // namespace

ChildResult run_in_child(const ChildLimits& limits, const std::function<std::string()>& work) {
  const auto refuse = [](const char* call) {
    throw Error(fmt::format("cannot start another process: {}: {}", call, std::strerror(errno)),
                "Other programs may have taken all processes or all memory.");
  };
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) refuse("pipe2");
  Descriptor from(ends[0]), to(ends[1]);
  const pid_t id = ::fork();
  if (id < 0) refuse("fork");
  if (id == 0) live(to, limits, work);
  Child child(id);
  to.close();
  std::string message = receive(from);
  const int status = child.wait();
  if (message.size() < 2 || message.back() != end) return {"", reason_of(status, limits)};
  message.pop_back();
  const char kind = message[0];
  message.erase(0, 1);
  if (kind == returned) return {std::move(message), ""};
  const size_t middle = message.find('\0');
  throw Error(message.substr(0, middle), message.substr(middle + 1));
}

}  // namespace teasel
