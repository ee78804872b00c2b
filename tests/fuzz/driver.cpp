// Runs a fuzz target on damaged files where the compiler brings no libFuzzer:
//   fuzz_TARGET [--runs N] [--seed S] [--from I] [--seconds T] [--artifacts DIR] FILE-OR-FOLDER...
// First every file as it is, then N mutations of them (default: TEASEL_FUZZ_RUNS, or 2,000). A crash, a hang, an
// exception other than teasel::Error or a huge allocation ends the program with status 1, after it has said which input
// it was and kept it in DIR.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/mutation.hpp"

#if defined(__SANITIZE_ADDRESS__)
// Debian's g++ has these in its library and the headers that declare them only in part.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, size_t), void (*)(const volatile void*));
void __sanitizer_set_death_callback(void (*)());
void __sanitizer_print_stack_trace();
// g++'s two sanitizers are libraries of their own, and only the other one calls back when it ends the process.
const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }
}
#endif

namespace teasel::fuzz {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A file of a few kilobytes holds at most some 30 MiB of pixels (deflate times one-bit palettes).
constexpr size_t largest_allocation = size_t{64} << 20;
constexpr rlim_t address_space = rlim_t{1} << 30;
constexpr int64_t memory_growth_kib = 512 << 10;

struct Arguments {
  uint64_t runs = 2000, seed = 0, from = 0;
  unsigned seconds = 10;
  fs::path artifacts = ".";
  std::vector<fs::path> inputs;
};

// What the reports of a dying process need: no allocation is possible any more.
struct {
  char name[64] = {}, label[256] = {}, artifact[1024] = {};
  const uint8_t* data = nullptr;
  size_t size = 0;
  bool reported = false;
} running;

void say(const char* text) { (void)!::write(STDERR_FILENO, text, std::strlen(text)); }

void report(const char* reason) {
  if (std::exchange(running.reported, true) || !running.data) return;
  say(running.name), say(": "), say(running.label), say(" "), say(reason), say("; the input is in "),
      say(running.artifact), say("\n");
  const int file = ::open(running.artifact, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0) (void)!::write(file, running.data, running.size), ::close(file);
}

[[noreturn]] void give_up(const char* reason) {
  report(reason);
  ::_exit(1);
}

void on_signal(int signal) { give_up(signal == SIGALRM ? "hangs: it takes longer than the limit" : "crashes"); }

#if defined(__SANITIZE_ADDRESS__)
void on_allocation(const volatile void*, size_t size) {
  if (size <= largest_allocation || running.reported) return;
  report("asks for a huge allocation");
  __sanitizer_print_stack_trace();
  ::_exit(1);
}

void watch() {
  __sanitizer_install_malloc_and_free_hooks(on_allocation, [](const volatile void*) {});
  __sanitizer_set_death_callback([] { report("crashes (see the report of the sanitizer)"); });
  for (int signal : {SIGALRM, SIGABRT}) ::signal(signal, on_signal);
}
#else
void watch() {
  const rlimit most{address_space, address_space};
  ::setrlimit(RLIMIT_AS, &most);
  for (int signal : {SIGALRM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) ::signal(signal, on_signal);
}
#endif

int64_t peak_memory_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

class Driver {
 public:
  Driver(const std::string& name, const Arguments& arguments) : arguments_(arguments) {
    std::snprintf(running.name, sizeof running.name, "%s", name.c_str());
  }

  void run() {
    load();
    watch();
    // A reader's child process may die of the input: what becomes of the reader counts.
    ::pthread_atfork(nullptr, nullptr, [] { running.data = nullptr; });
    const int64_t at_first = peak_memory_kib();
    for (size_t i = 0; i < files_.size(); ++i) try_one(files_[i], "file " + names_[i], "file-" + names_[i]);
    for (uint64_t i = arguments_.from; i < arguments_.from + arguments_.runs; ++i) {
      const std::string number = std::to_string(arguments_.seed) + "-" + std::to_string(i);
      try_one(mutated(files_, arguments_.seed, i), "mutation " + number, number);
      if (peak_memory_kib() - at_first > memory_growth_kib) give_up("or those before it took 512 MiB of memory");
    }
    summarise();
  }

 private:
  void load() {
    for (auto& input : arguments_.inputs) {
      std::vector<fs::path> paths{input};
      if (fs::is_directory(input)) paths.assign(fs::directory_iterator(input), fs::directory_iterator());
      std::ranges::sort(paths);  // the order in a folder is nobody's choice, and mutations are told apart by it
      for (auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        if (!in) throw std::runtime_error("cannot read " + path.string());
        files_.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        names_.push_back(path.filename().string());
      }
    }
    if (files_.empty()) throw std::runtime_error("no files to begin with");
  }

  void try_one(const Bytes& input, const std::string& label, const std::string& artifact) {
    std::snprintf(running.label, sizeof running.label, "%s", label.c_str());
    std::snprintf(running.artifact, sizeof running.artifact, "%s",
                  (arguments_.artifacts / (std::string(running.name) + "-" + artifact + ".bin")).c_str());
    running.data = input.data(), running.size = input.size();
    const auto start = Clock::now();
    ::alarm(arguments_.seconds);
    try {
      LLVMFuzzerTestOneInput(input.data(), input.size());
    } catch (const std::bad_alloc&) {
      give_up("asks for a huge allocation");
    } catch (const std::exception& fault) {
      give_up((std::string("throws what is no teasel::Error: ") + fault.what()).c_str());
    }
    ::alarm(0);
    running.data = nullptr;
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    if (took > longest_) longest_ = took, longest_label_ = label;
    seconds_ += took;
    ++tried_;
  }

  void summarise() const {
    std::printf(
        "%s: %llu inputs from %zu files: %llu readings succeed, %llu are refused; %.1f s, longest %.0f ms (%s)\n",
        running.name, static_cast<unsigned long long>(tried_), files_.size(),
        static_cast<unsigned long long>(counts().read), static_cast<unsigned long long>(counts().refused), seconds_,
        longest_ * 1e3, longest_label_.c_str());
  }

  const Arguments& arguments_;
  std::vector<Bytes> files_;
  std::vector<std::string> names_;
  uint64_t tried_ = 0;
  double seconds_ = 0, longest_ = 0;
  std::string longest_label_;
};

Arguments parse(int argc, char** argv) {
  Arguments a;
  if (const char* runs = std::getenv("TEASEL_FUZZ_RUNS")) a.runs = std::stoull(runs);
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      a.inputs.emplace_back(word);
      continue;
    }
    if (++i == argc) throw std::runtime_error(word + " needs a value");
    if (word == "--runs")
      a.runs = std::stoull(argv[i]);
    else if (word == "--seed")
      a.seed = std::stoull(argv[i]);
    else if (word == "--from")
      a.from = std::stoull(argv[i]);
    else if (word == "--seconds")
      a.seconds = static_cast<unsigned>(std::stoul(argv[i]));
    else if (word == "--artifacts")
      a.artifacts = argv[i];
    else
      throw std::runtime_error("unknown option " + word);
  }
  fs::create_directories(a.artifacts);
  return a;
}

}  // namespace
}  // namespace teasel::fuzz

int main(int argc, char** argv) {
  try {
    const auto arguments = teasel::fuzz::parse(argc, argv);
    teasel::fuzz::Driver(std::filesystem::path(argv[0]).filename().string(), arguments).run();
    return 0;
  } catch (const std::exception& mistake) {
    std::fprintf(stderr, "%s: %s\n", argv[0], mistake.what());
    return 2;
  }
}
