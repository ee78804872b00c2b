#include "teasel/study/environment.hpp"

#include <ATen/Parallel.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <torch/version.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "teasel/core/version.hpp"

namespace teasel {
namespace {

// The text after "key" and a separator in the first such line of a file; empty where there is none.
std::string line_value(const char* file, const std::string& key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) {
      const size_t at = line.find(separator);
      if (at == std::string::npos) continue;
      std::string value = line.substr(at + 1);
      std::erase(value, '"');
      return value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
    }
  return {};
}

}  // namespace

Value environment() {
  Value out{Value::Table{}};
  auto set = [&](const char* key, std::string value) {
    if (!value.empty()) out.set(key, Value(std::move(value)));
  };
  set("teasel", std::string(version()));
  set("revision", std::string(revision()));
  set("libtorch", TORCH_VERSION);
  set("compiler", "g++ " __VERSION__);
  set("system", line_value("/etc/os-release", "PRETTY_NAME", '='));
  if (utsname names; uname(&names) == 0) set("kernel", names.release);
  set("processor", line_value("/proc/cpuinfo", "model name", ':'));
  set("vector_instructions", __builtin_cpu_supports("avx512f") ? "AVX-512"
                             : __builtin_cpu_supports("avx2")  ? "AVX2"
                                                               : "");
  out.set("cores", static_cast<int64_t>(std::thread::hardware_concurrency()));
  out.set("threads", static_cast<int64_t>(at::get_num_threads()));
  const auto memory = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  if (memory > 0) out.set("memory_gib", static_cast<double>(memory >> 20) / 1024);
  return out;
}

int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace teasel
