// Self-registration: one file adds a model, a data set, a view, an encoder or a metric.
#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/error.hpp"
#include "teasel/core/options.hpp"

namespace teasel {

// The registered classes behind an interface `T`. T states `static constexpr const char* kind` ("model") and `Setup`,
// what a constructor needs besides the options. The name of an entry is the stem of its file.
template <class T>
class Registry : public Catalogue {
 public:
  struct Entry {
    std::string name, summary, file;
    Describe describe;  // the options at their defaults
    std::function<Value(const Value& given, const std::string& path)> resolve;
    std::function<std::unique_ptr<T>(const Value& options, const typename T::Setup&)> make;
  };

  // One registry per process: defined in one source file of the library for each T (TEASEL_DEFINE_REGISTRY).
  static Registry& get();

  // Runs before main, so it never throws; a clash of names is reported by the first look-up.
  void add(Entry entry) noexcept { entries_.push_back(std::move(entry)); }

  // Entries by name. Throws Error if two files register one name.
  std::vector<const Entry*> entries() const {
    std::vector<const Entry*> sorted;
    for (auto& e : entries_) sorted.push_back(&e);
    std::ranges::sort(sorted, {}, &Entry::name);
    for (size_t i = 1; i < sorted.size(); ++i)
      if (sorted[i]->name == sorted[i - 1]->name)
        throw_name_clash(T::kind, sorted[i]->name, sorted[i - 1]->file, sorted[i]->file);
    return sorted;
  }

  // The entry called `name`; Error with the nearest name otherwise.
  const Entry& at(const std::string& name) const {
    for (auto* e : entries())
      if (e->name == name) return *e;
    throw_unknown_name(T::kind, name, names());
  }

  std::string kind() const override { return T::kind; }
  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    for (auto* e : entries()) out.push_back(e->name);
    return out;
  }
  void describe(const std::string& name, Fields& fields) const override { at(name).describe(fields); }
  Value resolve(const std::string& name, const Value& given, const std::string& path) const override {
    return at(name).resolve(given, path);
  }
  // Builds `name` from a table of options (null: defaults). Throws Error for unknown names, keys and bad values.
  std::unique_ptr<T> make(const std::string& name, const Value& options, const typename T::Setup& setup) const {
    return at(name).make(options, setup);
  }
  std::unique_ptr<T> make(const Choice& choice, const typename T::Setup& setup) const {
    return make(choice.name, choice.options, setup);
  }
  // A choice of `name` at its defaults: the default value of an option that is a component.
  static Choice choose(std::string name) { return {&get(), std::move(name), Value()}; }

 private:
  std::vector<Entry> entries_;
};

// "factor_vae" of "models/zoo/factor_vae.cpp".
constexpr std::string_view file_stem(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return path.substr(0, path.find('.'));
}

template <class T, class C>
struct Registrar {
  Registrar(const char* file, const char* summary) {
    Registry<T>::get().add({std::string(file_stem(file)), summary, file,
                            [](Fields& f) {
                              typename C::Options o;
                              o.describe(f);
                            },
                            [](const Value& given, const std::string& path) {
                              typename C::Options o;
                              Describe describe = [&](Fields& f) { o.describe(f); };
                              read_options(describe, given, path);
                              return write_options(describe);
                            },
                            [](const Value& options, const typename T::Setup& setup) -> std::unique_ptr<T> {
                              typename C::Options o;
                              read_options([&](Fields& f) { o.describe(f); }, options, std::string(T::kind));
                              return std::make_unique<C>(o, setup);
                            }});
  }
};

// At the bottom of a file: registers `Class` (with its `Options` and a constructor from (Options, Setup)) behind
// `Interface` under the file's stem.
#define TEASEL_REGISTER(Interface, Class, summary) TEASEL_REGISTER_AT(__COUNTER__, Interface, Class, summary)
#define TEASEL_REGISTER_AT(n, Interface, Class, summary) TEASEL_REGISTER_AS(n, Interface, Class, summary)
#define TEASEL_REGISTER_AS(n, Interface, Class, summary) \
  static const ::teasel::Registrar<Interface, Class> registrar_##n { __FILE__, summary }

// In one source file for each interface.
#define TEASEL_DEFINE_REGISTRY(Interface)                               \
  template <>                                                           \
  ::teasel::Registry<Interface>& ::teasel::Registry<Interface>::get() { \
    static ::teasel::Registry<Interface> registry;                      \
    return registry;                                                    \
  }                                                                     \
  template class ::teasel::Registry<Interface>

// No options of its own.
struct NoOptions {
  void describe(Fields&) {}
};

}  // namespace teasel
